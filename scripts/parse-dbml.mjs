// Reads one DBML file with the real @dbml/core and prints what it holds as one line of JSON:
// {ok: true, tables, columns, references, enums, indexes, names} and exit 0, or {ok: false, error} and exit 1.
// Usage: node scripts/parse-dbml.mjs FILE
import { readFileSync } from "node:fs";

const total = (items, count) => items.reduce((sum, item) => sum + count(item), 0);

// The parser throws a plain value with every complaint and its place, not an Error.
function explain(error) {
  if (!error.diags) return error.message;
  return error.diags.map(({ message, location: { start } }) => `${start.line}:${start.column}: ${message}`).join("\n");
}

async function parse(path) {
  if (!path) throw new Error("usage: node scripts/parse-dbml.mjs FILE");
  const text = readFileSync(path, "utf8");
  const { Parser } = await import("@dbml/core");
  const { schemas } = new Parser().parse(text, "dbmlv2");
  const tables = schemas.flatMap((schema) => schema.tables.map((table) => ({ schema: schema.name, table })));
  return {
    ok: true,
    tables: tables.length,
    columns: total(tables, ({ table }) => table.fields.length),
    references: total(schemas, (schema) => schema.refs.length),
    enums: total(schemas, (schema) => schema.enums.length),
    indexes: total(tables, ({ table }) => table.indexes.length),
    names: tables.map(({ schema, table }) => (schema === "public" ? table.name : `${schema}.${table.name}`)),
  };
}

const outcome = await parse(process.argv[2]).catch((error) => ({ ok: false, error: explain(error) }));
console.log(JSON.stringify(outcome));
process.exitCode = outcome.ok ? 0 : 1;
