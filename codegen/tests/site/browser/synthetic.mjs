// Writes a catalog of so many events: node synthetic.mjs FOLDER EVENTS
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const [, , folder, size] = process.argv;
const events = Number(size);
const services = Math.max(4, Math.floor(events / 10));
const PER_DOMAIN = 20;

const write = (path, text) => {
  const file = join(folder, path);
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(file, text);
};

write("system.yaml", `system: wide
doc: A system of ${events} events, for the eye.
defaults: { compatibility: BACKWARD, partitions: 12, replication: 3, retention: 7d }
---
type: Address
doc: Where something is sent.
fields: { street: string, city: string, postcode: "string?", kind: { type: AddressKind, default: HOME } }
---
type: AddressKind
symbols: [HOME, WORK]
default: HOME
`);

for (let domain = 0; domain * PER_DOMAIN < events; domain++) {
  let text = `domain: area${domain}\nowner: team${domain % 17}\ndoc: Area number ${domain}.\n`;
  for (let n = domain * PER_DOMAIN; n < Math.min(events, (domain + 1) * PER_DOMAIN); n++) {
    text += `---
event: Parcel${n}Delivered
domain: area${domain}
doc: The parcel number ${n} was delivered to whom it belongs.
key: parcel_id
fields:
  parcel_id: uuid
  recipient: { type: string, doc: Who has it., pii: true }
  delivered_at: timestamp-millis
  weight: { type: "decimal(9, 3)", unit: kg }
  address: { type: "Address?", doc: Where. }
  former: { type: "[Address]", doc: Where it was tried before. }
  tags: map<string>
tags: [parcel, t${n % 5}]
`;
  }
  write(`area${domain}/events.yaml`, text);
}

for (let s = 0; s < services; s++) {
  const own = [];
  for (let n = s; n < events; n += services) own.push(`Parcel${n}Delivered`);
  const heard = [];
  for (const of of [s + 1, s + 2]) {
    for (let n = of % services; n < events; n += services) heard.push(`Parcel${n}Delivered`);
  }
  const next = (s + 1) % services;
  let text = `service: carrier${s}\nowner: team${s % 17}\ndoc: Carrier number ${s}.\nstore: postgres\n`;
  text += `publishes: [${own.join(", ")}]\nsends: [Collect${next}]\nconsumes:\n`;
  for (const event of heard) text += `  ${event}: { reads: [parcel_id, weight], retry: { attempts: 5, backoff: 200ms..30s } }\n`;
  text += `requests:\n  GetParcel${s}: { get: "/carriers/${s}/parcels/{parcel_id}", returns: Address }\n`;
  text += `---\ncommand: Collect${s}\nto: carrier${s}\ndoc: Collect a parcel.\nfields: { parcel_id: uuid }\n`;
  if (s < 30) {
    text += `---\nflow: way-${s}\ndoc: One parcel's way.\nsteps: [Parcel${s}Delivered, { command: Collect${next}, from: carrier${s} }]\n`;
  }
  write(`carriers/carrier${s}.yaml`, text);
}
