// The live page. It only reads: /v1/topology for the list, /v1/groups/… for the chosen one, /v1/events for what happens. Everything that
// came from Redis or a monitor is put in as text, never as markup.
"use strict";

const rowHeight = 44, overscan = 6, keptEvents = 200, shownTraces = 10;
const phases = ["detect", "agree", "elect", "select", "promote", "announce", "reconfigure"];
const marks = ["✓", "!", "✕"], tones = ["good", "warn", "bad"];
/** What a state is called where nothing more is said. A group whose primary answers may lack something all the same. */
const stateWords = (line) => line.state !== "ok" ? line.state : line.severity ? "degraded" : "well";
const grave = new Set(["+odown", "+switch-master", "+tilt", "-failover-abort-not-elected", "-failover-abort-no-good-slave",
  "-failover-abort-slave-timeout", "+failover-end-for-timeout", "-script-error", "-script-timeout", "+try-failover"]);

const state = { groups: [], shown: [], chosen: null, group: null, events: [], order: null, lastEvent: 0, known: false, gone: false };
const $ = (id) => document.getElementById(id);

/** An element with a class and children; texts become text nodes. */
function el(name, className, ...children) {
  const element = document.createElement(name);
  if (className) element.className = className;
  for (const child of children) if (child !== null && child !== undefined && child !== "") element.append(child);
  return element;
}

// MARK: Words

const number = new Intl.NumberFormat("en");

function span(ms) {
  if (ms === undefined || ms === null) return "–";
  if (ms < 10) return `${Math.round(ms * 10) / 10} ms`;
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60000) return `${(ms / 1000).toFixed(1)} s`;
  if (ms < 3600000) return `${Math.round(ms / 60000)} min`;
  return ms < 172800000 ? `${Math.round(ms / 3600000)} h` : `${Math.round(ms / 86400000)} d`;
}

function bytes(count) {
  if (count === undefined) return "lag not known";
  if (count < 1024) return `${count} B behind`;
  const units = ["KiB", "MiB", "GiB", "TiB"];
  let value = count / 1024, unit = 0;
  while (value >= 1024 && unit < 3) { value /= 1024; unit += 1; }
  return `${value.toFixed(value < 10 ? 1 : 0)} ${units[unit]} behind`;
}

function clock(ms) {
  const date = new Date(ms), two = (n) => String(n).padStart(2, "0");
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${String(date.getMilliseconds()).padStart(3, "0")}`;
}

/** As a shell takes it. */
const quoted = (text) => /^[A-Za-z0-9_.:\/@%+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;

// MARK: The list

const rows = [];

function matches(group, words) {
  const text = `${group.name} ${group.primary} ${group.zone ?? ""} ${group.state} ${group.problems.join(" ")}`.toLowerCase();
  return words.every((word) => text.includes(word));
}

function filterGroups() {
  const words = $("filter").value.toLowerCase().split(/\s+/).filter(Boolean), only = $("only").checked;
  state.shown = state.groups.filter((group) => (!only || group.severity > 0) && matches(group, words));
  $("spacer").style.height = `${state.shown.length * rowHeight}px`;
  drawList();
}

function makeRow() {
  const row = el("div", "row");
  row.setAttribute("role", "option");
  row.parts = ["mark", "name", "side", "what", "side"].map((name) => el("span", name));
  row.append(...row.parts);
  row.addEventListener("mousedown", () => { if (row.group) choose(row.group.name); });
  $("list").append(row);
  rows.push(row);
  return row;
}

/** Sets a text only where it differs: what stays the same costs nothing. */
function put(element, text) { if (element.textContent !== text) element.textContent = text; }

/** Only the rows that can be seen exist, whatever the number of groups. */
function drawList() {
  const list = $("list"), first = Math.max(0, Math.floor(list.scrollTop / rowHeight) - overscan);
  const last = Math.min(state.shown.length, Math.ceil((list.scrollTop + list.clientHeight) / rowHeight) + overscan);
  for (let index = 0; index < Math.max(rows.length, last - first); index += 1) {
    const group = state.shown[first + index], row = rows[index] ?? makeRow();
    row.hidden = first + index >= last || !group;
    row.group = row.hidden ? null : group;
    if (row.hidden) continue;
    row.id = `row-${first + index}`;
    row.style.transform = `translateY(${(first + index) * rowHeight}px)`;
    row.setAttribute("aria-selected", String(group.name === state.chosen));
    row.setAttribute("aria-posinset", String(first + index + 1));
    row.setAttribute("aria-setsize", String(state.shown.length));
    const [mark, name, where, what, lag] = row.parts;
    mark.className = `mark ${tones[group.severity]}`;
    put(mark, marks[group.severity]);
    put(name, group.name);
    put(where, group.primary + (group.zone ? ` · ${group.zone}` : ""));
    what.className = `what ${group.severity ? tones[group.severity] : "faint"}`;
    put(what, group.problems.length ? group.problems.join(", ") : stateWords(group));
    put(lag, `${group.replicasUp}/${group.replicas} replicas · ${group.monitorsAlive}/${group.monitorsKnown} monitors`);
    row.title = group.problems.join("\n");
  }
  const chosen = state.shown.findIndex((group) => group.name === state.chosen);
  if (chosen >= first && chosen < last) list.setAttribute("aria-activedescendant", `row-${chosen}`);
  else list.removeAttribute("aria-activedescendant");
}

let isDrawing = false;
function drawListSoon() {
  if (isDrawing) return;
  isDrawing = true;
  requestAnimationFrame(() => { isDrawing = false; drawList(); });
}

function choose(name) {
  if (state.chosen === name) return;
  state.chosen = name;
  state.group = null;
  state.order = null;
  history.replaceState(null, "", `#${encodeURIComponent(name)}`);
  drawList();
  drawEvents();
  askGroup();
}

function move(step) {
  if (!state.shown.length) return;
  const now = state.shown.findIndex((group) => group.name === state.chosen);
  const next = Math.min(state.shown.length - 1, Math.max(0, now < 0 ? 0 : now + step));
  const list = $("list"), top = next * rowHeight;
  if (top < list.scrollTop) list.scrollTop = top;
  if (top + rowHeight > list.scrollTop + list.clientHeight) list.scrollTop = top + rowHeight - list.clientHeight;
  choose(state.shown[next].name);
  drawListSoon();
}

// MARK: One group

const opinions = { down: ["✕", "bad"], up: ["●", "good"], unknown: ["○", "faint"] };

function node(sign, tone, where, side, figures) {
  return el("div", "node", el("span", `sign ${tone}`, sign), el("span", "where mono", where), el("span", "", side),
    el("span", "figures", figures.filter(Boolean).join(" · ")));
}

function instanceNode(instance, monitors) {
  const isPrimary = instance.role === "primary";
  const tone = !instance.up ? "bad" : !instance.connected || instance.linkUp === false || instance.denial ? "warn" : "good";
  const side = el("span", "votes");
  if (isPrimary) {
    side.title = "What each monitor holds of the primary";
    for (const monitor of monitors) {
      const [sign, look] = opinions[monitor.opinion], vote = el("span", look, sign);
      vote.title = `${monitor.address}: ${monitor.opinion}`;
      side.append(vote);
    }
  }
  const flags = instance.flags.filter((flag) => !["master", "slave", "s_down", "disconnected"].includes(flag));
  return node(tone === "good" ? (isPrimary ? "★" : "▸") : tone === "bad" ? "✕" : "!", tone, instance.address, side, [
    isPrimary ? "primary" : "replica", !instance.up ? `down for ${span(instance.downForMs)}` : "", instance.connected ? "" : "not connected",
    isPrimary ? "" : instance.linkUp === false ? "its link to the primary is down" : bytes(instance.lagBytes),
    instance.connected ? `answers in ${span(instance.roundTripMs)}` : "", instance.priority === 0 ? "never promoted" : "",
    instance.denial ? `refuses our credentials: ${instance.denial}` : "", ...flags,
    !isPrimary && instance.promotable === false ? instance.reason : "",
  ]);
}

function monitorNode(monitor) {
  const tone = !monitor.up ? "bad" : monitor.connected ? "good" : "warn";
  return node(tone === "good" ? "◆" : tone === "bad" ? "✕" : "!", tone, monitor.address, "", [
    monitor.kind === "self" ? "this monitor" : monitor.kind === "picketd" ? "monitor" : "monitor, not a picketd", monitor.up ? "" : "held down",
    monitor.connected ? "" : "not connected", monitor.roundTripMs === undefined ? "" : `answers in ${span(monitor.roundTripMs)}`,
  ]);
}

function zoneBoxes(group) {
  const zones = new Map();
  const add = (zone, child) => { if (!zones.has(zone)) zones.set(zone, []); zones.get(zone).push(child); };
  for (const instance of group.instances) add(instance.zone ?? "", instanceNode(instance, group.monitors));
  for (const monitor of group.monitors) add(monitor.zone ?? "", monitorNode(monitor));
  const names = [...zones.keys()].sort((one, other) => (one === "") - (other === "") || one.localeCompare(other));
  return el("div", "zones", ...names.map((name) => el("div", "zone", el("div", "faint", name ? `Zone ${name}` : zones.size > 1 ? "In no zone" : "All"),
    ...zones.get(name))));
}

/** What a person would run; nothing here runs it. */
function orders(group) {
  const name = quoted(group.line.name);
  const all = [["Explain", `picket explain ${name}`], ["Check", `picket check ${name}`], ["Switch over", `picket switchover ${name}`],
    ["Fail over", `picket failover ${name}`],
    group.line.pausedForS === undefined ? ["Pause", `picket pause ${name} --for 30m`] : ["Resume", `picket resume ${name}`],
    ["History", `picket history ${name} -o wide`], ["Watch", "picket watch"]];
  const box = el("div", "orders");
  for (const [title, line] of all) {
    const button = el("button", "", title);
    button.type = "button";
    button.setAttribute("aria-pressed", String(state.order === line));
    button.addEventListener("click", () => { state.order = state.order === line ? null : line; drawGroup(true); });
    box.append(button);
  }
  if (!state.order) return [box];
  const copy = el("button", "", "Copy");
  copy.type = "button";
  copy.addEventListener("click", async () => {
    try { await navigator.clipboard.writeText(state.order); copy.textContent = "Copied"; } catch { copy.textContent = "Select it"; }
  });
  return [box, el("div", "line", el("code", "", state.order), copy)];
}

function table(heads, lines) {
  return el("div", "scroll", el("table", "", el("thead", "", el("tr", "", ...heads.map((head) => el("th", "", head)))),
    el("tbody", "", ...lines.map((cells) => el("tr", "", ...cells.map((cell) => cell instanceof Node ? el("td", "", cell) : el("td", "", String(cell))))))));
}

const addressOf = (group, id) => group.monitors.find((monitor) => monitor.id === id)?.address ?? id?.slice(0, 8) ?? "–";

function monitorTable(group) {
  return table(["MONITOR", "KIND", "SEEN FROM HERE", "LAST HELLO", "HOLDS THE PRIMARY", "BELIEVES IN", "LAST VOTE"], group.monitors.map((monitor) => {
    const isSelf = monitor.kind === "self", believes = isSelf ? group.line.primary : monitor.believesPrimary ?? "–";
    const epoch = isSelf ? group.line.epoch : monitor.believesEpoch;
    const seen = isSelf ? ["this one", "faint"] : !monitor.up ? ["✕ held down", "bad"] : monitor.connected ? [`✓ ${span(monitor.roundTripMs)}`, "good"] : ["! not connected", "warn"];
    const [sign, look] = opinions[monitor.opinion];
    const address = el("span", "mono", monitor.address + (monitor.zone ? ` · ${monitor.zone}` : ""));
    address.title = monitor.id;
    return [address,
      isSelf ? "picketd" : monitor.kind === "other" ? "sentinel" : monitor.kind, el("span", seen[1], seen[0]), isSelf ? "–" : span(monitor.helloAgeMs),
      el("span", look, `${sign} ${monitor.opinion}`),
      el("span", believes === group.line.primary ? "mono" : "mono bad", believes + (epoch === undefined ? "" : ` @${epoch}`)),
      monitor.votedEpoch === undefined ? "–" : `${addressOf(group, monitor.votedFor)} @${monitor.votedEpoch}`];
  }));
}

function trace(failover, at) {
  const bar = el("div", "phases"), legend = el("div", "legend");
  bar.setAttribute("role", "img");
  bar.setAttribute("aria-label", failover.phases.map((phase) => `${phase.phase} ${phase.ms} ms`).join(", "));
  for (const phase of failover.phases) {
    const look = phases.includes(phase.phase) ? phase.phase : "detect", part = el("span", look);
    part.style.flexGrow = String(Math.max(phase.ms, 0));
    part.title = `${phase.phase}: ${phase.ms} ms`;
    if (phase.ms > 0) bar.append(part);
    legend.append(el("span", "", el("i", look), `${phase.phase} ${span(phase.ms)}`));
  }
  const isDone = failover.outcome === "done";
  return el("div", "trace", el("div", "head", el("b", isDone ? "good" : "bad", isDone ? "✓ " : "✕ "), el("b", "", `${failover.cause}, ${span(failover.totalMs)} `),
    `epoch ${failover.epoch} · ${failover.from} → ${failover.to ?? "nobody"}${isDone ? "" : ` · ${failover.outcome}`}`,
    at ? el("span", "faint", ` · ${new Date(at).toLocaleString("en-GB")}`) : ""), bar, legend);
}

function drawGroup(keepsFocus) {
  const box = $("detail"), group = state.group;
  if (!state.chosen) return box.replaceChildren(el("p", "empty", state.known ? "No group is watched." : "Loading …"));
  if (!group) return;
  if (group.error) return box.replaceChildren(el("p", "empty", group.error));
  const line = group.line, top = box.scrollTop, focus = document.activeElement;
  const place = box.contains(focus) ? [...box.querySelectorAll("button")].indexOf(focus) : -1;
  const traces = [...group.failovers];
  const parts = [
    el("div", "title", el("h2", "", line.name), el("span", `badge ${tones[line.severity]}`, `${marks[line.severity]} ${stateWords(line)}`),
      line.pausedForS === undefined ? "" : el("span", "badge warn", `paused for ${span(line.pausedForS * 1000)}`),
      el("span", "faint", `epoch ${line.epoch} · quorum ${line.quorum} · ${group.votesNeeded} ${group.votesNeeded === 1 ? "vote elects" : "votes elect"}`)),
    el("p", "verdict", group.verdict),
    line.problems.length ? el("p", `verdict ${tones[line.severity]}`, line.problems.join(" · ")) : "",
    el("h3", "", "Where it runs"), zoneBoxes(group),
    el("h3", "", "What to run"), ...orders(group),
    el("h3", "", "Monitors"), monitorTable(group),
    el("h3", "", "Failovers led by this monitor"),
    ...(traces.length ? traces.slice(0, shownTraces).map((failover) => trace(failover, state.times?.get(`${failover.group} ${failover.epoch}`)))
      : [el("p", "faint", "None. The monitor that led one tells of it.")]),
  ].filter(Boolean);
  box.replaceChildren(...parts);
  box.scrollTop = top;
  if (place >= 0) box.querySelectorAll("button")[place]?.focus({ preventScroll: true });
}

// MARK: Events

function eventRow(record) {
  const row = el("li", record.level === "warning" ? "warning" : "", el("span", "faint", clock(record.at)), el("span", "event", record.event), el("span", "", record.message));
  if (grave.has(record.event)) row.classList.add("grave");
  row.title = `${new Date(record.at).toLocaleString("en-GB")} ${record.event} ${record.message}`;
  return row;
}

function drawEvents() {
  const mine = $("mine").checked && state.chosen;
  put($("scope"), mine ? state.chosen : "of all groups");
  $("tail").replaceChildren(...state.events.filter((record) => !mine || record.group === state.chosen).slice(0, keptEvents).map(eventRow));
}

function tookEvent(record) {
  if (record.id <= state.lastEvent) return;
  state.lastEvent = record.id;
  state.events.unshift(record);
  if (state.events.length > 2 * keptEvents) state.events.length = keptEvents;
  if (record.failover) (state.times ??= new Map()).set(`${record.failover.group} ${record.failover.epoch}`, record.at);
  const mine = $("mine").checked && state.chosen;
  if (!mine || record.group === state.chosen) {
    $("tail").prepend(eventRow(record));
    while ($("tail").childElementCount > keptEvents) $("tail").lastElementChild.remove();
  }
  lookSoon();
}

function listen() {
  const source = new EventSource(`/v1/events?after=${state.lastEvent}`);
  source.onmessage = (message) => tookEvent(JSON.parse(message.data));
  source.onopen = () => tell("live");
  source.onerror = () => {
    tell("reconnecting …");
    if (source.readyState === EventSource.CLOSED) { source.close(); setTimeout(listen, 3000); }
  };
}

function tell(text) {
  const place = $("connection");
  put(place, text === "live" ? "● live" : `○ ${text}`);
  place.className = text === "live" ? "good" : "warn";
}

// MARK: Looking

async function ask(path) {
  const answer = await fetch(path, { signal: AbortSignal.timeout(10000) });
  const body = await answer.json();
  if (!answer.ok) throw new Error(body.reason ?? body.error ?? `status ${answer.status}`);
  return body;
}

function complain(text) {
  $("alert").hidden = !text;
  put($("alert"), text);
}

async function askTopology() {
  try {
    const topology = await ask("/v1/topology"), monitor = topology.monitor;
    state.groups = topology.groups;
    state.known = true;
    const counts = [0, 0, 0];
    for (const group of state.groups) counts[group.severity] += 1;
    put($("monitor"), `monitor ${monitor.id.slice(0, 8)} on port ${monitor.port} · ${monitor.version} · epoch ${monitor.epoch}`);
    $("totals").replaceChildren(`${number.format(state.groups.length)} ${state.groups.length === 1 ? "group" : "groups"} `,
      ...[[2, "in trouble"], [1, "to look at"], [0, "well"]].filter(([at]) => counts[at]).map(([at, words]) => el("b", tones[at], ` ${marks[at]} ${number.format(counts[at])} ${words} `)));
    document.title = counts[2] ? `✕ ${counts[2]} · Picket` : counts[1] ? `! ${counts[1]} · Picket` : "✓ Picket";
    complain(monitor.storageFault ? `This monitor cannot write its state: ${monitor.storageFault}. It votes for nobody.`
      : monitor.tilted ? "This monitor stood still a moment ago, and judges nobody until it has heard from everybody." : "");
    filterGroups();
    if (!state.chosen && state.shown.length) choose(state.shown[0].name);
    else if (!state.chosen) drawGroup();
  } catch (failure) {
    complain(`This monitor does not answer: ${failure.message}. What is shown may be old.`);
  }
}

async function askGroup() {
  const name = state.chosen;
  if (!name) return;
  let group;
  try { group = await ask(`/v1/groups/${encodeURIComponent(name)}`); } catch (failure) { group = state.group ?? { error: `${name}: ${failure.message}` }; }
  if (name !== state.chosen) return;
  state.group = group;
  drawGroup();
}

let due = null, isLooking = false;
function lookSoon() { due ??= setTimeout(look, 150); }

/** One look at a time, and the next some time after it: a slow monitor is not asked more often than it answers. */
async function look() {
  clearTimeout(due);
  due = null;
  if (isLooking) return lookSoon();
  isLooking = true;
  try { await Promise.all([askTopology(), askGroup()]); } finally { isLooking = false; }
}
setInterval(() => { if (!document.hidden) lookSoon(); }, 2000);
document.addEventListener("visibilitychange", () => { if (!document.hidden) lookSoon(); });

// MARK: Hands

const themes = matchMedia("(prefers-color-scheme: dark)");
function stored() { try { return localStorage.getItem("picket-theme"); } catch { return null; } }
function paint() { document.documentElement.dataset.theme = stored() ?? (themes.matches ? "dark" : "light"); }
function changeTheme() {
  const next = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
  try { localStorage.setItem("picket-theme", next); } catch { /* for this time only */ }
  document.documentElement.dataset.theme = next;
}
function changeHelp() {
  $("keys").hidden = !$("keys").hidden;
  $("help").setAttribute("aria-expanded", String(!$("keys").hidden));
}

function pressed(key) {
  const page = Math.max(1, Math.floor($("list").clientHeight / rowHeight) - 1);
  switch (key) {
    case "ArrowDown": case "j": return move(1), true;
    case "ArrowUp": case "k": return move(-1), true;
    case "PageDown": return move(page), true;
    case "PageUp": return move(-page), true;
    case "Home": return move(-Infinity), true;
    case "End": return move(Infinity), true;
    case "/": return $("filter").focus(), $("filter").select(), true;
    case "p": return $("only").checked = !$("only").checked, filterGroups(), true;
    case "e": return $("mine").checked = !$("mine").checked, drawEvents(), true;
    case "t": return changeTheme(), true;
    case "?": return changeHelp(), true;
    default: return false;
  }
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const inFilter = event.target === $("filter");
  if (inFilter && event.key === "Escape") { $("filter").value = ""; filterGroups(); $("list").focus(); return; }
  if (inFilter && !["ArrowDown", "ArrowUp", "PageDown", "PageUp"].includes(event.key)) return;
  // Elsewhere these keys scroll what has the focus.
  const scrolls = ["ArrowDown", "ArrowUp", "PageDown", "PageUp", "Home", "End"].includes(event.key);
  if (scrolls && ($("detail").contains(event.target) || $("tail").contains(event.target))) return;
  if (pressed(event.key)) event.preventDefault();
});
$("list").addEventListener("scroll", drawListSoon, { passive: true });
addEventListener("resize", drawListSoon);
$("filter").addEventListener("input", filterGroups);
$("only").addEventListener("change", filterGroups);
$("mine").addEventListener("change", drawEvents);
$("theme").addEventListener("click", changeTheme);
$("help").addEventListener("click", changeHelp);
themes.addEventListener("change", paint);

async function begin() {
  paint();
  tell("connecting …");
  try { state.chosen = decodeURIComponent(location.hash.slice(1)) || null; } catch { state.chosen = null; }
  drawGroup();
  await look();
  try {
    const past = await ask(`/v1/history?limit=${keptEvents}`);
    state.events = past.records;
    state.lastEvent = past.records[0]?.id ?? 0;
    state.times = new Map(past.records.filter((record) => record.failover).map((record) => [`${record.failover.group} ${record.failover.epoch}`, record.at]));
    drawEvents();
    drawGroup();
  } catch { /* what happens from now on is shown all the same */ }
  listen();
  $("list").focus({ preventScroll: true });
}
begin();
