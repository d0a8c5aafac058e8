// The viewer: asks the server for the issue's state, shows it, and asks again at every change.
// Everything is written as text nodes; nothing that an article holds becomes markup here.
"use strict";

const find = (selector) => document.querySelector(selector);
const findAll = (selector) => document.querySelectorAll(selector);
const wanted = new URLSearchParams(location.search).get("issue");
const query = wanted ? "?issue=" + encodeURIComponent(wanted) : "";
const frame = find("#frame");
let shown = null; // hash of the content that the page shows
let part = 0; // of a split issue, the mail that it shows; 0 for a whole one
let asked = 0;

function element(name, text, className) {
  const made = document.createElement(name);
  if (text) made.textContent = text;
  if (className) made.className = className;
  return made;
}

function entry(place, message, fix, code, severity) {
  const item = element("li", "", severity);
  if (severity) item.append(element("b", severity), " ");
  if (place) item.append(element("code", place), " ");
  item.append(message.includes("\n") ? element("pre", message) : element("span", message));
  if (code) item.append(" ", element("code", "(" + code + ")"));
  if (fix) item.append(element("div", fix, "fix"));
  return item;
}

function showIssues(state) {
  find("#issues").replaceChildren(
    ...state.slugs.map((slug) => {
      const link = element("a", slug);
      link.href = "/?issue=" + encodeURIComponent(slug);
      if (slug === state.slug) link.setAttribute("aria-current", "page");
      const item = element("li");
      item.append(link);
      return item;
    })
  );
}

function showAround(state) {
  if (state.mistakes.length > 0) {
    // What is known of the last version stays, as the mail itself does.
    if (shown === null) document.title = state.slug + " – digest preview";
    return;
  }
  showMails(state.mails);
  const mail = state.mails[part - 1] || state;
  document.title = (state.subject || state.title || state.slug) + " – digest preview";
  find("#sender").textContent = state.sender.replace(/\s*<[^>]*>\s*$/, "");
  find("#subject").textContent = mail.subject || "(no subject)";
  find("#preheader").textContent = mail.preheader;
  const meter = find("#meter");
  meter.max = state.clip_bytes;
  meter.high = state.clip_bytes * 0.8;
  meter.value = mail.wire_bytes;
  find("#size").textContent =
    (mail.wire_bytes / 1024).toFixed(1) + " of " + (state.clip_bytes / 1024).toFixed(0) + " KB";
}

function showMails(mails) {
  part = mails.length === 0 ? 0 : Math.min(Math.max(part, 1), mails.length);
  find("#mails").hidden = mails.length === 0;
  find("#mails").replaceChildren(
    ...mails.map((mail) => {
      const button = element("button", "Mail " + mail.part);
      button.type = "button";
      button.setAttribute("aria-pressed", String(mail.part === part));
      button.addEventListener("click", () => {
        part = mail.part;
        load();
      });
      return button;
    })
  );
}

function showFindings(state) {
  const errors = state.findings.filter((finding) => finding.severity === "error").length;
  const warnings = state.findings.length - errors;
  const panel = find("#findings");
  panel.hidden = state.findings.length === 0;
  panel.querySelector("h2").textContent =
    errors + (errors === 1 ? " error, " : " errors, ") + warnings + (warnings === 1 ? " warning" : " warnings");
  panel.querySelector("ul").replaceChildren(
    ...state.findings.map((f) => entry(f.where, f.message, f.fix, f.code, f.severity))
  );
}

function showMistakes(state) {
  const broken = state.mistakes.length > 0;
  find("#mistakes").hidden = !broken;
  find("#stale").hidden = shown === null;
  find("#mistakes ul").replaceChildren(
    ...state.mistakes.map((mistake) => entry(mistake.where, mistake.message, mistake.fix))
  );
  for (const part of [find("#mail"), find("#text")]) part.classList.toggle("stale", broken);
  find("main").classList.toggle("empty", broken && shown === null);
}

function fit() {
  const inside = frame.contentDocument;
  if (!inside || !inside.documentElement) return;
  frame.style.height = Math.max(200, inside.documentElement.offsetHeight + 2) + "px";
}

frame.addEventListener("load", () => {
  const inside = frame.contentDocument;
  if (!inside || !inside.body) return;
  new ResizeObserver(fit).observe(inside.documentElement);
  inside.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    if (!link || !/^https?:/.test(link.protocol)) return;
    event.preventDefault();
    window.open(link.href, "_blank", "noopener,noreferrer");
  });
  fit();
});

async function showContent(state) {
  const content = state.content + (part ? "-" + part : "");
  if (state.mistakes.length > 0 || content === shown) return;
  shown = content;
  // A new address for new content: replaced, so that Back does not go through old versions.
  const address = (query ? query + "&" : "?") + "content=" + content + (part ? "&part=" + part : "");
  frame.contentWindow.location.replace(new URL("/issue.html" + address, location.href));
  const answer = await fetch("/issue.txt" + address, { cache: "no-store" });
  find("#text pre").textContent = await answer.text();
}

async function load() {
  const turn = ++asked;
  const answer = await fetch("/state.json" + query, { cache: "no-store" });
  if (turn !== asked) return;
  if (!answer.ok) {
    const where = wanted || "preview";
    const mistakes = [{ where, message: (await answer.text()).trim(), fix: "" }];
    showMistakes({ mistakes });
    return;
  }
  const state = await answer.json();
  if (turn !== asked) return;
  showIssues(state);
  showAround(state);
  showFindings(state);
  showMistakes(state);
  await showContent(state);
}

function say(text, lost) {
  const live = find("#live");
  live.textContent = text;
  live.classList.toggle("lost", lost);
}

function follow() {
  const events = new EventSource("/events");
  const again = () => load().then(() => say("live", false), () => say("not connected", true));
  events.addEventListener("open", again);
  events.addEventListener("change", again);
  events.addEventListener("error", () => say("not connected", true));
}

function choose(button, group, attribute) {
  for (const other of findAll(group)) other.setAttribute(attribute, String(other === button));
}

for (const button of findAll("[data-part]")) {
  button.addEventListener("click", () => {
    choose(button, "[data-part]", "aria-selected");
    find("#mail").hidden = button.dataset.part !== "html";
    find("#text").hidden = button.dataset.part !== "text";
  });
}
for (const button of findAll("[data-width]")) {
  button.addEventListener("click", () => {
    choose(button, "[data-width]", "aria-pressed");
    frame.style.width = button.dataset.width + "px";
  });
}
for (const button of findAll("[data-scheme]")) {
  button.addEventListener("click", () => {
    choose(button, "[data-scheme]", "aria-pressed");
    frame.style.colorScheme = button.dataset.scheme || "light dark";
    find("#mail").classList.toggle("dark", button.dataset.scheme === "dark");
  });
}
follow();
