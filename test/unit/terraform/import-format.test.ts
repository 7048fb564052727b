import { strict as assert } from 'node:assert';
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { after, before, describe, it } from 'mocha';
import { parseGuestConfig, typedOptions } from '../../../src/pve/config/index.ts';
import { generateProject, type GuestSource, type ImportSource } from '../../../src/terraform/index.ts';
import { generatedGuests } from '../../support/generated-guests.ts';

/** What Terraform, HCL, file systems and terminals each take for something else. */
const odd = fc.string({ unit: fc.constantFrom('$', '${', '%{', '{', '}', '"', "'", '\\', '\n', '\r', '\t', '/', '.', '-', ' ', '#', '//', '/*', 'EOT\n', '<<EOT', 'a', 'Z', '7', 'ž', '🦄', '\u2028', '\u202e', '\u0000'), maxLength: 12 });
const guest = fc.record({ vmid: fc.integer({ min: 100, max: 199 }), kind: fc.constantFrom('qemu' as const, 'lxc' as const), name: odd, description: odd, tags: odd, args: odd, pool: fc.option(odd, { nil: undefined }), node: fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/) })
  .map(({ vmid, kind, name, description, tags, args, pool, node }): GuestSource => ({
    kind, vmid, node, running: false, pool,
    config: { [kind === 'qemu' ? 'name' : 'hostname']: name, description, tags, ...(kind === 'qemu' ? { args, memory: '512' } : { rootfs: 'local:x,size=1G', lxc: [[`lxc.${args}`, name]] }) },
  }));
const source = fc.record({
  guests: fc.uniqueArray(guest, { selector: ({ vmid }) => vmid, maxLength: 6 }),
  pools: fc.uniqueArray(fc.record({ poolid: odd, comment: odd }), { selector: ({ poolid }) => poolid, maxLength: 3 }),
  leftOut: fc.array(fc.record({ kind: fc.constantFrom('qemu' as const, 'lxc' as const), vmid: fc.integer({ min: 200, max: 299 }), name: odd, node: odd, why: odd }), { maxLength: 2 }),
});
const fileFor = fc.constantFrom('pool' as const, 'node' as const, 'all' as const);

describe('The code of an import', function () {
  this.timeout(180_000);
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'import-format-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  let count = 0;
  const write = async (of: ImportSource, by: 'pool' | 'node' | 'all'): Promise<void> => {
    const { files, addresses } = generateProject(of, { fileFor: by });
    for (const address of addresses.values()) assert.match(address, /^proxmox_virtual_environment_(vm|container|pool)\.[\p{L}_][\p{L}\p{N}\p{M}_-]*$/u);
    assert.equal(new Set(addresses.values()).size, addresses.size, 'every resource has a name of its own');
    const at = join(folder, String(++count));
    await mkdir(at);
    for (const [name, text] of files) {
      assert.match(name, /^[^/\\\0]+\.tf$/, 'a file of the folder itself');
      await writeFile(join(at, name), text);
    }
  };
  /** One start of Terraform for all of them: it takes longer than reading them. */
  const assertFormatted = (): void => {
    const env = { ...process.env, TF_CLI_CONFIG_FILE: '/dev/null', CHECKPOINT_DISABLE: '1' };
    assert.equal(execFileSync('terraform', ['fmt', '-check', '-diff', '-recursive', folder], { encoding: 'utf8', env }), '');
  };

  it('is as terraform fmt has it, and whole, whatever guests and pools are called and noted with', async () => {
    for (const [of, by] of fc.sample(fc.tuple(source, fileFor), 150)) await write(of, by);
    assertFormatted();
  });

  it('is as terraform fmt has it with every option that Proxmox has', async () => {
    for (const seed of fc.sample(fc.integer({ min: 2, max: 1_000_000 }), 2)) {
      const guests = [...generatedGuests(20, seed)].flatMap(([path, text]): GuestSource[] => {
        const [, node, family, vmid] = /^nodes\/([^/]+)\/(qemu-server|lxc)\/(\d+)\.conf$/.exec(path) ?? [];
        if (node === undefined) return [];
        const kind = family === 'lxc' ? 'lxc' : 'qemu';
        return [{ kind, vmid: Number(vmid), node, running: false, config: typedOptions(kind, parseGuestConfig(kind, text).config.current) }];
      });
      assert.ok(guests.length > 20);
      await write({ guests, pools: [] }, 'node');
    }
    assertFormatted();
  });
});
