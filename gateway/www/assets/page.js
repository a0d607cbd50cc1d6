// The landing page: calls for this address, ways to copy them, and the services' state.
"use strict";

const WORDS = { ok: "Ready", unavailable: "Not ready", degraded: "Degraded", down: "Down", unknown: "Unknown" };
const EVERY = 10000;

function show(element, state, text) {
  element.dataset.state = state;
  element.hidden = false;
  const said = element.querySelector("span");
  if (said.textContent !== text) said.textContent = text;
}

async function look() {
  let health = { status: "unknown", message: "The gateway does not answer; trying again.", services: {} };
  try {
    health = await (await fetch("/health", { cache: "no-store" })).json();
  } catch { /* said above */ }
  show(document.getElementById("platform"), health.status, health.message);
  for (const card of document.querySelectorAll(".card[data-service]")) {
    const state = health.services[card.dataset.service] || "unknown";
    show(card.querySelector(".state"), state, WORDS[state]);
  }
}

async function watch() {
  if (!document.hidden) await look();
  setTimeout(watch, EVERY);
}

// Without TLS a page other than localhost's has no clipboard; then the call is selected, for the reader to copy.
async function copy(code, button) {
  try {
    await navigator.clipboard.writeText(code.textContent);
    button.textContent = "Copied";
  } catch {
    getSelection().selectAllChildren(code);
    button.textContent = "Selected";
  }
  setTimeout(() => { button.textContent = "Copy"; }, 2000);
}

for (const origin of document.querySelectorAll(".origin")) origin.textContent = location.origin;

for (const code of document.querySelectorAll(".steps pre code")) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "Copy";
  button.setAttribute("aria-label", "Copy: " + code.parentElement.getAttribute("aria-label"));
  button.addEventListener("click", () => copy(code, button));
  code.parentElement.before(button);
}

document.addEventListener("visibilitychange", () => { if (!document.hidden) look(); });
watch();
