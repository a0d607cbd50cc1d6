// Swagger UI over the document of all services, or of one.
"use strict";

const chooser = document.getElementById("document");
const asked = new URLSearchParams(location.search).get("service");

function follow(dark) { document.documentElement.classList.toggle("dark-mode", dark.matches); }

function offer(services) {
  for (const service of services) {
    const option = new Option(service, "/openapi/" + service + ".json");
    option.selected = service === asked;
    chooser.append(option);
  }
}

async function open() {
  // The merged document has the services that are there; Swagger UI takes it from the browser's cache.
  const all = await (await fetch("/openapi.json")).json();
  offer(new Set(all.tags.map((tag) => tag["x-service"]).filter((service) => service !== "gateway")));
  const ui = SwaggerUIBundle({
    domNode: document.getElementById("api"),
    url: chooser.value,
    presets: [SwaggerUIBundle.presets.apis],
    layout: "BaseLayout",
    deepLinking: true,
    defaultModelsExpandDepth: 0,
    displayRequestDuration: true,
    validatorUrl: null, // it would be asked elsewhere
  });
  chooser.addEventListener("change", () => {
    const service = chooser.selectedIndex ? "?service=" + chooser.selectedOptions[0].text : "";
    history.replaceState(null, "", location.pathname + service);
    // The token that was given to Authorize stays: it is the same one for all.
    ui.specActions.updateUrl(chooser.value);
    ui.specActions.download(chooser.value);
  });
}

const dark = matchMedia("(prefers-color-scheme: dark)");
dark.addEventListener("change", follow);
follow(dark);
open();
