-- The tables of PostgresOutbox. May be run again and again: what is there stays.
-- Also a repeatable migration of Flyway, for those who add this location.

CREATE TABLE IF NOT EXISTS resilient_llm_schema (
  part    text PRIMARY KEY,
  version integer NOT NULL, -- of the tables
  oldest  integer NOT NULL  -- programs that know less than this version must not use them
);

CREATE TABLE IF NOT EXISTS resilient_llm_outbox (
  one     boolean PRIMARY KEY CHECK (one), -- there is one row
  paused  boolean NOT NULL,  -- whether nothing that waits is taken
  served  bigint[] NOT NULL, -- the last turn that was taken, of each class
  version bigint NOT NULL,   -- of the note
  note    text NOT NULL      -- how fast all machines ask, in words of theirs
) WITH (fillfactor = 20);

INSERT INTO resilient_llm_outbox (one, paused, served, version, note)
  VALUES (true, false, '{0,0,0,0}', 0, '') ON CONFLICT DO NOTHING;

CREATE TABLE IF NOT EXISTS resilient_llm_item (
  number       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, -- in the order of submission
  id           text COLLATE "C" NOT NULL UNIQUE, -- it, and the words of users below: \\ for a backslash, \0 for NUL, \d800 for half a surrogate pair
  key          text COLLATE "C" UNIQUE,     -- against duplicates
  handler      text COLLATE "C" NOT NULL,   -- who takes the answer
  priority     smallint NOT NULL,           -- 10 critical, 20 high, 30 normal, 40 low
  tenant       text COLLATE "C" NOT NULL,   -- '': nobody's
  lane         text COLLATE "C",            -- one after another
  turn         bigint NOT NULL,             -- its place in its class
  state        text COLLATE "C" NOT NULL,   -- waiting, answered, done, dead, cancelled, expired
  submitted_at timestamptz NOT NULL,
  expires_at   timestamptz NOT NULL,        -- worthless from then on, if it waits
  not_before   timestamptz NOT NULL,
  changed_at   timestamptz NOT NULL,
  attempts     integer NOT NULL DEFAULT 0,  -- failures of its own
  doubts       integer NOT NULL DEFAULT 0,  -- not answered while others were
  handlings    integer NOT NULL DEFAULT 0,  -- failures of its handler
  setbacks     integer NOT NULL DEFAULT 0,  -- failures of the vendor
  takes        integer NOT NULL DEFAULT 0,  -- taken, and not heard of since
  reason       text NOT NULL,               -- why it is where it is, without content
  ready        boolean NOT NULL,            -- whether it may be taken, but for its lane
  next_at      timestamptz NOT NULL,        -- when something is due: its time, its end, that of its lease, its being forgotten
  held         boolean NOT NULL,            -- whether somebody has it
  lease        bigint NOT NULL,             -- the right to change it, random for each taking; also of who gave it back
  work_key     text,                        -- of the key that the work is sealed with; null: it is not
  work_crc     bigint NOT NULL,             -- CRC32C, see docs/postgres.md
  work         bytea,                       -- what is to be asked, as JSON; null once it is done
  answer_key   text,
  answer_crc   bigint,
  answer       bytea                        -- as JSON; null if there is none, and once it is done
) WITH (fillfactor = 80, toast_tuple_target = 256);

-- Who is next; and who has waited longest.
CREATE INDEX IF NOT EXISTS resilient_llm_item_turn
  ON resilient_llm_item (handler, state, priority, turn, number) WHERE ready;
CREATE INDEX IF NOT EXISTS resilient_llm_item_oldest
  ON resilient_llm_item (handler, state, number) WHERE ready;
-- When something is due.
CREATE INDEX IF NOT EXISTS resilient_llm_item_next
  ON resilient_llm_item (next_at) WHERE next_at < 'infinity';
-- The last turn of a tenant.
CREATE INDEX IF NOT EXISTS resilient_llm_item_tenant
  ON resilient_llm_item (priority, tenant, turn) WHERE state = 'waiting';
-- Who is first in a lane, and whether somebody has one of it.
CREATE INDEX IF NOT EXISTS resilient_llm_item_lane
  ON resilient_llm_item (lane, number) WHERE state = 'waiting' AND lane IS NOT NULL;
CREATE INDEX IF NOT EXISTS resilient_llm_item_lane_held
  ON resilient_llm_item (lane) WHERE held AND state = 'waiting' AND lane IS NOT NULL;
-- What a taking took of which nobody heard.
CREATE INDEX IF NOT EXISTS resilient_llm_item_lease
  ON resilient_llm_item (lease) WHERE held;

INSERT INTO resilient_llm_schema (part, version, oldest) VALUES ('outbox', 1, 1)
  ON CONFLICT (part) DO UPDATE
  SET version = greatest(resilient_llm_schema.version, excluded.version),
      oldest = greatest(resilient_llm_schema.oldest, excluded.oldest);
