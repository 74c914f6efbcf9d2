// node validate.js FILE…: what AsyncAPI's own parser says of each document. Ends 1 if it says
// anything that is a warning or worse, and if a document that has to be refused is not.
const fs = require('node:fs');
const { Parser } = require('@asyncapi/parser');
const { AvroSchemaParser } = require('@asyncapi/avro-schema-parser');

const WORDS = ['error', 'warning', 'information', 'hint'];
const WARNING = 1;

// A reference to what is not there, and a payload that is no Avro schema: a parser that takes one
// of these looks at nothing.
const operation = { action: 'send', channel: { $ref: '#/channels/none' } };
const payload = {
  schemaFormat: 'application/vnd.apache.avro;version=1.9.0',
  schema: { type: 'recrd', name: 'A', fields: [] },
};
const WRONG = [
  { operations: { a: operation } },
  { channels: { a: { address: 'a', messages: { A: { payload } } } } },
].map((part) =>
  JSON.stringify({ asyncapi: '3.1.0', info: { title: 'Wrong', version: '1.0.0' }, ...part }),
);

async function diagnose(text, source) {
  const parser = new Parser();
  parser.registerSchemaParser(AvroSchemaParser());
  const { diagnostics } = await parser.parse(text, { source });
  return diagnostics.filter((d) => d.severity <= WARNING);
}

async function main(files) {
  for (const text of WRONG) {
    if ((await diagnose(text, 'wrong.json')).length === 0) {
      console.error(`the parser takes a document that is wrong: ${text}`);
      return 1;
    }
  }
  let found = 0;
  for (const file of files) {
    const diagnostics = await diagnose(fs.readFileSync(file, 'utf8'), file);
    for (const { severity, message, path, range } of diagnostics) {
      const place = `${file}:${range.start.line + 1}:${range.start.character + 1}`;
      console.error(`${WORDS[severity]}: ${message}\n  --> ${place} (${path.join('/')})`);
    }
    found += diagnostics.length;
  }
  console.log(`${files.length} documents, ${found} findings`);
  return files.length > 0 && found === 0 ? 0 : 1;
}

main(process.argv.slice(2)).then((code) => process.exit(code));
