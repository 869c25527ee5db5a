-- The tables of PostgresJournal. May be run again and again: what is there stays.
-- Also a repeatable migration of Flyway, for those who add this location.

CREATE TABLE IF NOT EXISTS resilient_llm_schema (
  part    text PRIMARY KEY,
  version integer NOT NULL, -- of the tables
  oldest  integer NOT NULL  -- programs that know less than this version must not use them
);

CREATE TABLE IF NOT EXISTS resilient_llm_conversation (
  life           bigint PRIMARY KEY,               -- random; another one if it is deleted and begun again
  id             text COLLATE "C" NOT NULL UNIQUE, -- \\ for a backslash, \0 for NUL, \d800 for half a surrogate pair
  last_n         bigint NOT NULL,                  -- the number of the last entry; 0: nothing was said yet
  last_at        timestamptz NOT NULL,             -- of the last entry
  state          text NOT NULL,                    -- after the last entry
  kept           bigint NOT NULL,                  -- how many entries there are that are never dropped
  bytes          bigint NOT NULL,                  -- about, of the entries
  streamed_from  bigint NOT NULL,                  -- the first entry that may be dropped when a turn ends; 0: none
  streamed_bytes bigint NOT NULL,                  -- of those
  in_doubt       boolean NOT NULL,                 -- whether the last entries may not be on the disk yet
  used_at        timestamptz NOT NULL,             -- when it was last opened for writing
  lease          bigint NOT NULL,                  -- the right to write, random for each holder; 0: nobody writes
  lease_until    timestamptz NOT NULL,             -- from then on another one may take it
  owner          text NOT NULL                     -- who has it, for people
) WITH (fillfactor = 70);

CREATE INDEX IF NOT EXISTS resilient_llm_conversation_used
  ON resilient_llm_conversation (used_at, life);

CREATE TABLE IF NOT EXISTS resilient_llm_entry (
  life   bigint NOT NULL,       -- of the conversation
  n      bigint NOT NULL,       -- from 1
  at     timestamptz NOT NULL,
  kind   text NOT NULL,
  state  text NOT NULL,         -- of the conversation, after it
  kept   bigint NOT NULL,       -- how many entries up to this one are never dropped
  lease  bigint NOT NULL,       -- by which right it was written
  key_id text,                  -- of the key that the body is sealed with; null: it is not
  crc    bigint NOT NULL,       -- CRC32C, see docs/postgres.md
  body   bytea NOT NULL,
  PRIMARY KEY (life, n)
);

CREATE TABLE IF NOT EXISTS resilient_llm_damaged (
  life     bigint NOT NULL,
  n        bigint NOT NULL,
  found_at timestamptz NOT NULL, -- when a repair set the row aside; what follows is as it found it
  at       timestamptz NOT NULL,
  kind     text NOT NULL,
  state    text NOT NULL,
  kept     bigint NOT NULL,
  lease    bigint NOT NULL,
  key_id   text,
  crc      bigint NOT NULL,
  body     bytea NOT NULL,
  PRIMARY KEY (life, n, found_at)
);

INSERT INTO resilient_llm_schema (part, version, oldest) VALUES ('journal', 1, 1)
  ON CONFLICT (part) DO UPDATE
  SET version = greatest(resilient_llm_schema.version, excluded.version),
      oldest = greatest(resilient_llm_schema.oldest, excluded.oldest);
