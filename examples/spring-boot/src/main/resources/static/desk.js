// The page of the support desk. All text goes in as text, never as markup.

const $ = (id) => document.getElementById(id);
const JSON_BODY = { "Content-Type": "application/json" };
const POLL_MS = 1000;

const ticket = location.hash.slice(1) || newTicket();
const api = `api/tickets/${encodeURIComponent(ticket)}`;
let answering = false;

function newTicket() {
  const id = "t-" + Math.floor(Date.now() / 1000).toString(36) + Math.floor(Math.random() * 1296).toString(36);
  history.replaceState(null, "", "#" + id);
  return id;
}

function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

// ---- messages

function showQuestion(text) {
  $("hello").hidden = true;
  const item = element("li", "message mine");
  item.append(element("div", "bubble", text));
  $("messages").append(item);
  item.scrollIntoView({ block: "end" });
}

/** An answer that is being written, or was. */
class Answer {
  constructor() {
    this.item = element("li", "message theirs writing");
    this.bubble = element("div", "bubble", "");
    this.who = element("p", "who", "");
    this.item.append(this.bubble, this.who);
    this.seams = [];
    $("messages").append(this.item);
  }

  text(piece) {
    const begins = this.seams.length > 0 && this.bubble.textContent === "";
    const follows = inView(this.item);
    this.bubble.append(begins ? piece.trimStart() : piece);
    if (follows) this.item.scrollIntoView({ block: "nearest" });
  }

  /** Another model takes over: a line, and what comes is written below it. */
  seam({ target, after, again }) {
    if (again) this.clear();
    const line = element("p", "seam");
    line.dataset.target = target;
    line.append(seamText(null, target, again));
    line.title = after;
    this.seams.push({ line, target, again });
    if (again) {
      this.bubble.before(line);
      return;
    }
    const next = element("div", "bubble", "");
    this.bubble.after(line, next);
    this.bubble = next;
  }

  clear() {
    for (const old of this.item.querySelectorAll(".bubble, .seam")) {
      if (old !== this.bubble) old.remove();
    }
    this.bubble.textContent = "";
    this.seams = [];
  }

  done({ text, answeredBy, tokens, cost, attempts }) {
    const lastResort = answeredBy === "last resort";
    this.item.classList.remove("writing");
    this.item.classList.toggle("last-resort", lastResort);
    if (this.seams.length === 0) this.bubble.textContent = text;
    this.who.textContent = lastResort ? "no model answered" : "answered by " + answeredBy;
    this.who.append(triedText(attempts));
    this.nameSeams(attempts);
    this.explain(attempts, tokens, cost);
  }

  /** What the answer took, for whoever opens it: each attempt on one line of time. */
  explain(attempts = [], tokens, cost) {
    const all = Math.max(...attempts.map((a) => a.end ?? 0));
    if (!(all > 0)) return; // of a conversation that was read again
    const details = element("details", "attempts");
    const took = [`${attempts.length} ${attempts.length === 1 ? "attempt" : "attempts"}`];
    if (tokens) took.push(`${tokens.input} tokens in and ${tokens.output} out`);
    if (cost) took.push(`cost ${cost}`);
    details.append(element("summary", "", took.join(", ")));
    for (const { target, kind, start, firstToken, end, error } of attempts) {
      const row = element("p", error ? "failed" : "answered");
      const bar = element("span", "bar");
      bar.style.marginInlineStart = `${(100 * start) / all}%`;
      bar.style.inlineSize = `${Math.max(1, (100 * (end - start)) / all)}%`;
      const first = firstToken === null ? "" : `, first word after ${firstToken - start} ms`;
      row.append(element("span", "track"), `${target}, ${words(kind)}: ${error ? words(error) : "answered"} in ${end - start} ms${first}`);
      row.firstChild.append(bar);
      details.append(row);
    }
    this.item.append(details);
  }

  /** Who was cut off is known when all is over: those that began to speak, in their order. */
  nameSeams(attempts) {
    const cut = attempts.filter((a) => a.error && a.firstToken != null);
    this.seams.forEach(({ line, target, again }, i) => {
      if (cut[i]) line.replaceChildren(seamText(cut[i].target, target, again));
    });
  }

  failed(kind, attempts = []) {
    this.item.classList.remove("writing");
    this.item.classList.add("failed");
    this.who.textContent = "not answered: " + words(kind);
    this.who.append(triedText(attempts));
    this.explain(attempts);
  }
}

/** Whether the end of an item can be seen: who has scrolled elsewhere is left there. */
function inView(item) {
  const { bottom } = item.getBoundingClientRect();
  return bottom > 0 && bottom < innerHeight + 40;
}

function seamText(from, to, again) {
  return `${from ?? "the answer"} was cut off, ${to} ${again ? "begins again" : "goes on"}`;
}

function triedText(attempts = []) {
  const failed = new Set(attempts.filter((a) => a.error).map((a) => `${a.target}: ${words(a.error)}`));
  return failed.size === 0 ? "" : ` (${[...failed].join(", ")})`;
}

function words(kind) {
  return kind.toLowerCase().replaceAll("_", " ");
}

// ---- asking

async function ask(text) {
  if (answering || !text.trim()) return;
  forgetOpenQuestion();
  showQuestion(text.trim());
  const question = { key: crypto.randomUUID?.() ?? String(Math.random()), text: text.trim() };
  label(question);
  await stream(api + "/questions", question, new Answer());
}

async function stream(url, body, answer) {
  busy(true);
  let ended = false;
  try {
    const response = await fetch(url, { method: "POST", headers: JSON_BODY, body: JSON.stringify(body) });
    if (!response.ok) throw new Error("HTTP " + response.status);
    for await (const { name, data } of events(response.body)) {
      if (name === "text") answer.text(data.text);
      else if (name === "seam") answer.seam(data);
      else if (name === "done") answer.done(data);
      else if (name === "failed") answer.failed(data.kind, data.attempts);
      ended = name === "done" || name === "failed";
    }
    if (!ended) throw new Error("the connection was lost");
  } catch (failure) {
    answer.failed(failure.message);
  } finally {
    busy(false);
    await offerToResume();
    showTargets();
  }
}

/** Server-sent events of a response; EventSource cannot POST. */
async function* events(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    rest += value;
    const blocks = rest.split(/\r?\n\r?\n/);
    rest = blocks.pop();
    for (const block of blocks) {
      const event = { name: "message", data: "" };
      for (const line of block.split(/\r?\n/)) {
        if (line.startsWith("event:")) event.name = line.slice(6).trim();
        else if (line.startsWith("data:")) event.data += line.slice(5);
      }
      if (event.data) yield { name: event.name, data: JSON.parse(event.data) };
    }
  }
}

function busy(now) {
  answering = now;
  $("send").disabled = now;
  $("messages").setAttribute("aria-busy", now);
}

async function label(question) {
  const response = await fetch(api + "/label", { method: "POST", headers: JSON_BODY, body: JSON.stringify(question) });
  if (!response.ok) return;
  const { topic, urgent } = await response.json();
  $("label").textContent = words(topic) + (urgent ? ", urgent" : "");
  $("label").hidden = false;
}

// ---- what was said before

async function conversation() {
  const response = await fetch(api);
  return response.ok ? response.json() : { turns: [] };
}

function textOf(message) {
  const parts = message.parts ?? message.content ?? message.text ?? "";
  return Array.isArray(parts) ? parts.map((part) => part.text ?? "").join("") : parts;
}

async function showHistory() {
  const { turns } = await conversation();
  for (const turn of turns) {
    const [question, ...others] = turn.messages;
    showQuestion(textOf(question));
    if (!turn.whole) continue;
    const answer = new Answer();
    answer.done({
      text: textOf(others.at(-1)),
      answeredBy: turn.answeredBy,
      attempts: turn.attempts,
    });
  }
  await offerToResume();
}

function forgetOpenQuestion() {
  $("resume")?.remove();
}

/** A question without an answer: what there is of it, and a button. */
async function offerToResume() {
  forgetOpenQuestion();
  const { turns } = await conversation();
  const open = turns.at(-1);
  if (!open || open.whole || answering) return;
  const item = element("li", "message theirs");
  item.id = "resume";
  const button = element("button", "quiet", "Resume");
  button.type = "button";
  const said = open.partialText ?? "";
  item.append(element("p", "who", "The last question is kept and waits for its answer."), button);
  button.addEventListener("click", () => {
    forgetOpenQuestion();
    const answer = new Answer();
    answer.text(said);
    stream(api + "/resume", {}, answer);
  });
  $("messages").append(item);
}

// ---- models and outages

async function showTargets() {
  const response = await fetch("actuator/resilientllm/support").catch(() => null);
  if (!response?.ok) return;
  const { targets } = await response.json();
  const items = Object.entries(targets).map(([name, { state: breaker, attempts, failures }]) => {
    const item = element("li", "target " + breaker.toLowerCase());
    item.dataset.target = name;
    const state = { CLOSED: "in use", OPEN: "taken out", HALF_OPEN: "being probed" }[breaker];
    item.append(element("span", "dot"), element("strong", "", name), element("span", "state", state));
    item.append(element("small", "", attempts === 0 ? "not asked yet" : `of the last ${attempts} attempts ${failures} failed`));
    return item;
  });
  $("targets").replaceChildren(...items);
}

async function outage(method, body) {
  const response = await fetch("api/outage", { method, headers: JSON_BODY, body: body && JSON.stringify(body) });
  if (!response.ok) return;
  const sick = Object.entries(await response.json()).filter(([, trouble]) => trouble !== "NONE");
  $("outage").hidden = false;
  $("end-outage").disabled = sick.length === 0;
  $("outage-state").textContent =
    sick.length === 0 ? "All vendors are well." : sick.map(([name, trouble]) => `${name}: ${words(trouble)}`).join(", ");
}

function chosen(name) {
  return document.querySelector(`input[name=${name}]:checked`).value;
}

// ---- the page

$("ticket").textContent = ticket;
$("new-ticket").addEventListener("click", () => {
  newTicket();
  location.reload();
});
window.addEventListener("hashchange", () => location.reload());
$("ask").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = $("question").value;
  if (answering) return;
  $("question").value = "";
  ask(text);
});
$("question").addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  $("ask").requestSubmit();
});
for (const sample of document.querySelectorAll(".sample")) {
  sample.addEventListener("click", () => ask(sample.textContent));
}
$("start-outage").addEventListener("click", () =>
  outage("PUT", { trouble: chosen("trouble"), vendors: chosen("where").split(",") }));
$("end-outage").addEventListener("click", () => outage("DELETE"));

await Promise.all([showHistory(), showTargets(), outage("GET")]);
document.body.dataset.ready = "true";
setInterval(showTargets, POLL_MS);
