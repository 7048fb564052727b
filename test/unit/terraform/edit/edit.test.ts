import { strict as assert } from 'node:assert';
import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { after, before, describe, it } from 'mocha';
import { attribute, block, comment, type Expression, type Item, printHcl, reference } from '../../../../src/terraform/hcl/index.ts';
import { addBlockAt, applyEdits, codeValue, type HclDocument, type HclEdit, type HclParser, ignoreChanges, ignoredPaths, obstacleTo, removeAttribute, removeBlockAt, removeImportBlocks, setAttribute } from '../../../../src/terraform/index.ts';
import { testHclParser } from '../../../support/hcl.ts';

const web = 'proxmox_virtual_environment_vm.web';
const CODE = `# The web server.
resource "proxmox_virtual_environment_vm" "web" {
  name      = "web" # shown in the browser
  node_name = var.node
  vm_id     = 101 # never changes
  tags      = ["a", "b"]

  # Small on purpose.
  memory {
    dedicated = 2048
  }

  disk {
    interface = "scsi0"
    size      = 8
  }
  disk {
    interface = "scsi1"
    size      = 16
  }

  cpu {}
  agent { enabled = true }

  dynamic "usb" {
    for_each = var.usb
    content { host = usb.value }
  }

  # Said last.
}
`;

describe('Editing HCL', () => {
  let parser: HclParser;
  let folder: string;
  before(async () => {
    parser = await testHclParser();
    folder = await mkdtemp(join(tmpdir(), 'edit-'));
  });
  after(async () => {
    parser.dispose();
    await rm(folder, { recursive: true, force: true });
  });

  const edited = (code: string, edit: (document: HclDocument) => readonly HclEdit[] | undefined): string => {
    const document = parser.parse(code);
    const edits = edit(document);
    assert.ok(edits, 'it cannot be edited');
    return applyEdits(document, edits);
  };
  /** The lines that went and came. */
  const changesOf = (before: string, after: string): string[] => {
    const [old, now] = [before.split('\n'), after.split('\n')];
    let start = 0;
    while (start < old.length && old[start] === now[start]) start += 1;
    let end = 0;
    while (end < old.length - start && end < now.length - start && old.at(-1 - end) === now.at(-1 - end)) end += 1;
    return [...old.slice(start, old.length - end).map((line) => `-${line}`), ...now.slice(start, now.length - end).map((line) => `+${line}`)];
  };
  const set = (path: string, value: Expression, code = CODE): string[] => changesOf(code, edited(code, (document) => setAttribute(document, web, path, value)));

  it('changes the one value, and the columns around it', () => {
    assert.deepEqual(set('memory[0].dedicated', 4096), ['-    dedicated = 2048', '+    dedicated = 4096']);
    assert.deepEqual(set('disk[1].size', 32), ['-    size      = 16', '+    size      = 32']);
    assert.deepEqual(set('tags', ['a', 'c']), ['-  tags      = ["a", "b"]', '+  tags      = ["a", "c"]']);
    assert.deepEqual(set('vm_id', 1001), ['-  vm_id     = 101 # never changes', '+  vm_id     = 1001 # never changes']);
    assert.deepEqual(set('memory[0].dedicated', 2048), []);
  });

  it('adds what is missing where a person would', () => {
    assert.deepEqual(set('on_boot', false), ['+  on_boot   = false']);
    assert.deepEqual(set('memory[0].floating', 1024), ['+    floating  = 1024']);
    assert.deepEqual(set('cpu.cores', 4), ['-  cpu {}', '+  cpu {', '+    cores = 4', '+  }']);
    assert.deepEqual(set('agent.trim', true), ['-  agent { enabled = true }', '+  agent {', '+    enabled = true', '+    trim    = true', '+  }']);
    assert.deepEqual(set('disk[2].size', 4), ['+  disk {', '+    size = 4', '+  }', '+']);
    assert.deepEqual(set('initialization.ip_config.ipv4.address', 'dhcp'), ['+  initialization {', '+    ip_config {', '+      ipv4 {', '+        address = "dhcp"', '+      }', '+    }', '+  }', '+']);
  });

  it('does not write over what comes from somewhere else, and says from where', () => {
    const document = parser.parse(CODE);
    assert.deepEqual(obstacleTo(document, web, 'node_name'), { kind: 'obstacle', from: 'var.node', why: 'The value comes from var.node; change it there, or write the value in its place.' });
    assert.equal(setAttribute(document, web, 'node_name', 'pve2'), undefined);
    assert.equal(obstacleTo(document, web, 'usb[0].host')?.from, 'dynamic "usb"');
    assert.match(obstacleTo(document, web, 'disk[7].size')?.why ?? '', /only 2 blocks/);
    assert.match(obstacleTo(document, 'a.b', 'name')?.why ?? '', /not in this file/);
    for (const path of ['usb[0].host', 'disk[7].size', 'tags[5]', 'memory', 'tags["a"]']) assert.equal(setAttribute(document, web, path, 'x'), undefined, path);
    const variable = 'variable "node" {\n  default = "pve1"\n}\n';
    assert.deepEqual(changesOf(variable, edited(variable, (one) => setAttribute(one, 'var.node', 'default', 'pve2'))), ['-  default = "pve1"', '+  default = "pve2"']);
  });

  it('removes attributes and blocks, and nothing else', () => {
    const without = (path: string): string[] => changesOf(CODE, edited(CODE, (document) => removeAttribute(document, web, path)));
    assert.deepEqual(without('tags'), ['-  tags      = ["a", "b"]']);
    assert.deepEqual(without('tags[0]'), ['-  tags      = ["a", "b"]', '+  tags      = ["b"]']);
    assert.deepEqual(without('disk[0].interface'), ['-    interface = "scsi0"', '-    size      = 8', '+    size = 8']);
    assert.deepEqual(without('agent.enabled'), ['-  agent { enabled = true }']);
    assert.equal(removeAttribute(parser.parse(CODE), web, 'nothing.there'), undefined);
    assert.deepEqual(changesOf(CODE, edited(CODE, (document) => removeBlockAt(document, web, 'disk[1]'))), ['-  disk {', '-    interface = "scsi1"', '-    size      = 16', '-  }']);
    const imports = 'import {\n  to = a.b\n  id = "x"\n}\n\nimport {\n  to = a.c\n  id = "y"\n}\n';
    assert.equal(edited(imports, (document) => removeImportBlocks(document, new Set(['a.c']))), 'import {\n  to = a.b\n  id = "x"\n}\n');
  });

  it('leaves attributes alone on the cluster', () => {
    const ignoring = (code: string, path: string): string => edited(code, (document) => ignoreChanges(document, web, path));
    const once = ignoring(CODE, 'description');
    assert.deepEqual(changesOf(CODE, once), ['+  lifecycle {', '+    ignore_changes = [description]', '+  }', '+']);
    const twice = ignoring(once, 'memory');
    assert.match(twice, /ignore_changes = \[description, memory\]/);
    assert.equal(ignoring(twice, 'memory[0].dedicated'), twice);
    const long = twice.replace('[description, memory]', '[\n      description, # written by hand\n      memory,\n    ]');
    assert.deepEqual(changesOf(long, ignoring(long, 'tags')), ['+      tags,']);
    const open = long.replace('memory,', 'memory');
    assert.deepEqual(changesOf(open, ignoring(open, 'tags')), ['-      memory', '+      memory,', '+      tags']);
    assert.deepEqual(ignoredPaths(parser.parse(long), web), ['description', 'memory']);
    const all = twice.replace('[description, memory]', 'all');
    assert.equal(ignoring(all, 'tags'), all);
  });

  it('keeps the line breaks of Windows', () => {
    const windows = CODE.replaceAll('\n', '\r\n');
    for (const edit of [(document: HclDocument) => setAttribute(document, web, 'on_boot', true), (document: HclDocument) => setAttribute(document, web, 'cpu.cores', 2), (document: HclDocument) => ignoreChanges(document, web, 'tags')]) {
      assert.doesNotMatch(edited(windows, edit).replaceAll('\r\n', ''), /[\r\n]/);
    }
    assert.equal(edited(windows, (document) => setAttribute(document, web, 'memory.dedicated', 1)), windows.replace('2048', '1'));
  });

  it('adds blocks behind those of their kind', () => {
    assert.deepEqual(changesOf(CODE, edited(CODE, (document) => addBlockAt(document, web, 'disk', [attribute('interface', 'scsi2')]))), ['+', '+  disk {', '+    interface = "scsi2"', '+  }'].slice(1).concat('+'));
  });

  it('of any code gives code that parses, says what was set, is laid out as before, and stays so when it is set again', async () => {
    const name = fc.stringMatching(/^[a-z][a-z_]{0,11}$/).filter((text) => !['null', 'true', 'false', 'for', 'if', 'in', 'lifecycle', 'dynamic'].includes(text));
    const literal: fc.Arbitrary<Expression> = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 12 }), fc.integer({ min: 0, max: 1e6 }), fc.boolean(), fc.array(fc.stringMatching(/^[a-z]{1,5}$/), { maxLength: 3 }));
    const value: fc.Arbitrary<Expression> = fc.oneof({ weight: 4, arbitrary: literal }, { weight: 1, arbitrary: name.map((each) => reference(`var.${each}`)) });
    const attributes = fc.uniqueArray(fc.tuple(name, value), { selector: ([each]) => each, maxLength: 4 }).map((rows) => rows.map(([each, one]) => attribute(each, one)));
    const nested = fc.tuple(fc.constantFrom('memory', 'disk', 'cpu'), attributes).map(([type, body]): Item => block(type, [], body));
    const body = fc.tuple(attributes, fc.array(fc.oneof(nested, fc.stringMatching(/^[a-z ]{1,20}$/).map((text): Item => comment(text))), { maxLength: 4 })).map(([first, rest]) => [...first, ...rest]);
    const path = fc.oneof(name, fc.tuple(fc.constantFrom('memory', 'disk', 'cpu'), fc.constantFrom('', '[0]', '[1]'), name).map(([type, index, each]) => `${type}${index}.${each}`));
    const files = new Map<string, string>();
    fc.assert(
      fc.property(body, path, literal, (items, at, wanted) => {
        const code = printHcl([block('resource', web.split('.'), items), block('locals', [], [attribute('last', 1)])]);
        const before = parser.parse(code);
        const edits = setAttribute(before, web, at, wanted);
        if (edits === undefined) return assert.ok(obstacleTo(before, web, at));
        const once = applyEdits(before, edits);
        const document = parser.parse(once);
        assert.deepEqual(document.problems, []);
        assert.deepEqual(codeValue(document, web, at), { kind: 'literal', value: wanted });
        assert.deepEqual(setAttribute(document, web, at, wanted), []);
        const ignored = edited(once, (one) => ignoreChanges(one, web, at));
        assert.deepEqual(ignoreChanges(parser.parse(ignored), web, at), []);
        const removed = edited(once, (one) => removeAttribute(one, web, at));
        assert.deepEqual(parser.parse(removed).problems, []);
        for (const text of [once, ignored, removed]) files.set(`${String(files.size)}.tf`, text);
      }),
      { numRuns: 200 },
    );
    assert.ok(files.size > 100);
    for (const [file, text] of files) await writeFile(join(folder, file), text);
    const { stdout, stderr, status } = spawnSync('terraform', ['fmt', '-check', '-diff', folder], { encoding: 'utf8' });
    const [first = ''] = stdout.split('\n');
    assert.equal(status, 0, `${stderr}${stdout.slice(0, 1500)}\n${first.endsWith('.tf') ? await readFile(first, 'utf8') : ''}`);
  });
});
