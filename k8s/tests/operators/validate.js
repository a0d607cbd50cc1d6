// Reads objects as JSON, and names each that its operator's schema refuses, and why.
import { readFileSync } from "node:fs";

const [packages, objects] = JSON.parse(readFileSync(0, "utf8"));
for (const object of objects) {
  const models = await import(`${packages[object.apiVersion.split("/")[0]]}/${object.apiVersion}`);
  try {
    new models[object.kind](object).validate();
  } catch (error) {
    console.log(`${object.kind} ${object.metadata.name}: ${error.message}`);
  }
}
