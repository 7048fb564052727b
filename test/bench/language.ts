/** Terraform's language features in a file of 5,000 resources after one keystroke, and HashiCorp's language server with the same file. */
import { strict as assert } from 'node:assert';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { terraformLsBinary } from '../../scripts/lib/paths.mjs';
import { complete, diagnose } from '../../src/terraform/language/index.ts';
import type { HclDocument } from '../../src/terraform/syntax/index.ts';
import { cluster, parser, schemas } from '../unit/terraform/language/stage.ts';
import { printFigures } from './figure.ts';
import { median, timed } from './rounds.ts';
import { TerraformLs } from './terraform-ls.ts';

const RESOURCES = 5_000;
const LINES = 23;
const resource = (number: number): string => `resource "proxmox_virtual_environment_vm" "vm${String(number)}" {
  name      = "vm${String(number)}"
  node_name = "pve1"
  vm_id     = ${String(10_000 + number)}
  tags      = local.tags

  cpu {
    cores = 2
  }
  memory {
    dedicated = 2048
  }
  disk {
    interface    = "scsi0"
    datastore_id = "vmdata"
    size         = 20
  }
  network_device {
    bridge  = "vmbr0"
    vlan_id = 10
  }
}

`;
const text = `locals {\n  tags = ["bench"]\n}\n\n${Array.from({ length: RESOURCES }, (_, number) => resource(number)).join('')}`;
const line = 4 + (RESOURCES / 2) * LINES + 1;
/** Behind the quote of `name = "vm2500"`. */
const character = 15;
const offset = text.split('\n').slice(0, line).join('\n').length + 1 + character;
assert.equal(text.slice(offset, offset + 6), `vm${String(RESOURCES / 2)}`);
/** One more quote, which breaks the line: terraform-ls only tells of diagnostics that change. */
const typed = `${text.slice(0, offset)}"${text.slice(offset)}`;

const file = '/p/main.tf';
const managed = new Set<number>();
const moduleWith = (document: HclDocument) => ({ module: { folder: '/p', files: new Map([[file, document]]) }, schemas, cluster, managed });

let document = parser.parse(text);
assert.deepEqual(diagnose(moduleWith(document), file), []);
const figures = { keystroke: [] as number[], completion: [] as number[], theirKeystroke: [] as number[], theirCompletion: [] as number[] };
const at = { line: line + 1, character: 15 };
for (let round = 0; round < 70; round++) {
  const next = round % 2 === 0 ? typed : text;
  const keystroke = await timed(() => {
    document = parser.parse(next, document);
    diagnose(moduleWith(document), file);
  });
  // Of a text that has just been typed, as it is when completion is asked for.
  document = parser.parse(round % 2 === 0 ? `${typed}\n` : `${text}\n`, document);
  const completion = await timed(() => assert.ok(complete(moduleWith(document), file, at).some(({ label }) => label === 'pve1')));
  document = parser.parse(next, document);
  if (round < 10) continue;
  figures.keystroke.push(keystroke);
  figures.completion.push(completion);
}

const folder = await mkdtemp(join(tmpdir(), 'proxmox-workbench-terraform-ls-'));
const theirs = join(folder, 'main.tf');
await writeFile(theirs, text);
const server = new TerraformLs(terraformLsBinary(), theirs);
try {
  await server.open(folder, text);
  for (let round = 0; round < 6; round++) {
    const keystroke = await timed(() => (round % 2 === 0 ? server.type(line, character, character, '"') : server.type(line, character, character + 1, '')));
    const completion = await timed(() => server.complete(at.line, at.character));
    if (round === 0) continue;
    figures.theirKeystroke.push(keystroke);
    figures.theirCompletion.push(completion);
  }
} finally {
  server.stop();
  await rm(folder, { recursive: true, force: true });
}

const [keystroke, completion, theirKeystroke, theirCompletion] = [median(figures.keystroke), median(figures.completion), median(figures.theirKeystroke), median(figures.theirCompletion)];
printFigures([
  { name: 'language: diagnostics after one keystroke in a file of 5,000 resources', value: keystroke, unit: 'ms', limit: 30, from: { longest: Math.max(...figures.keystroke) } },
  { name: 'language: completion there', value: completion, unit: 'ms', limit: 50, from: { longest: Math.max(...figures.completion) } },
  { name: 'language: diagnostics there, ours : terraform-ls', value: keystroke / theirKeystroke, unit: '×', limit: 1, from: { ours: keystroke, 'terraform-ls': theirKeystroke } },
  { name: 'language: completion there, ours : terraform-ls', value: completion / theirCompletion, unit: '×', limit: 1, from: { ours: completion, 'terraform-ls': theirCompletion } },
]);
