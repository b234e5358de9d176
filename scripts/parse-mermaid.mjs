// Reads one entity relationship diagram with the real Mermaid and prints what it holds as one line of JSON:
// {ok: true, tables, columns, relationships, names} and exit 0, or {ok: false, error} and exit 1.
// Usage: node scripts/parse-mermaid.mjs FILE
import { readFileSync } from "node:fs";

// Mermaid cleans titles with DOMPurify, which takes its DOM from `window` at import: so this comes first.
async function loadMermaid() {
  const { JSDOM } = await import("jsdom");
  globalThis.window = new JSDOM("").window;
  globalThis.document = globalThis.window.document;
  const { default: mermaid } = await import("mermaid");
  mermaid.initialize({});
  return mermaid;
}

async function parse(path) {
  if (!path) throw new Error("usage: node scripts/parse-mermaid.mjs FILE");
  const text = readFileSync(path, "utf8");
  const mermaid = await loadMermaid();
  const diagram = await mermaid.mermaidAPI.getDiagramFromText(text);
  if (diagram.type !== "er") throw new Error(`this is a diagram of type ${diagram.type}, not erDiagram`);
  const entities = [...diagram.db.getEntities().entries()];
  return {
    ok: true,
    tables: entities.length,
    columns: entities.reduce((sum, [, entity]) => sum + entity.attributes.length, 0),
    relationships: diagram.db.getRelationships().length,
    names: entities.map(([name, entity]) => entity.alias || name),
  };
}

const outcome = await parse(process.argv[2]).catch((error) => ({ ok: false, error: error.message }));
console.log(JSON.stringify(outcome));
process.exitCode = outcome.ok ? 0 : 1;
