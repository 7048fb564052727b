import { strict as assert } from 'node:assert';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { attributeAsBlock, loadSnapshot, readSchemas, schemaSource } from '../../../src/terraform/schema/index.ts';
import { snapshotOf } from '../../../scripts/lib/schema-snapshot.mjs';

describe('the snapshot of the provider’s schema', () => {
  it('says what the real provider says today', async function () {
    this.timeout(180_000);
    const provider = process.env['PROXMOX_WORKBENCH_TERRAFORM_PROVIDER'];
    assert.ok(provider, 'PROXMOX_WORKBENCH_TERRAFORM_PROVIDER names no folder with the provider; npm test builds one');
    const kept: unknown = JSON.parse(await readFile(join(import.meta.dirname, '../../../src/terraform/schema/snapshot.json'), 'utf8'));
    assert.deepEqual(kept, await snapshotOf(provider, '0.111.1'), 'run node scripts/schema-snapshot.mjs');
  });

  it('knows types, values, limits and successors', async () => {
    const snapshot = await loadSnapshot();
    assert.deepEqual([snapshot.source, snapshot.version, snapshot.from], ['bpg/proxmox', '0.111.1', 'snapshot']);
    const source = schemaSource([snapshot]);
    const vm = source.resource('proxmox_virtual_environment_vm');
    assert.equal(vm?.attributes.get('node_name')?.required, true);
    assert.deepEqual(vm.attributes.get('bios')?.values, ['ovmf', 'seabios']);
    assert.equal(vm.blocks.get('cpu')?.max, 1);
    const devices = vm.attributes.get('network_device');
    assert.ok(devices !== undefined && attributeAsBlock(devices)?.block.attributes.has('bridge'));
    assert.equal(source.resource('proxmox_virtual_environment_download_file')?.successor, 'proxmox_download_file');
    assert.equal(source.resource('proxmox_realm_ldap')?.attributes.get('secure')?.successor, 'mode');
    assert.ok(source.owns('proxmox_anything') && !source.owns('aws_instance'));
  });
});

describe('the schemas of a project', () => {
  it('are read from what Terraform prints', () => {
    const printed = {
      format_version: '1.0',
      provider_schemas: {
        'registry.terraform.io/bpg/proxmox': {
          provider: { block: {} },
          resource_schemas: { proxmox_new: { version: 0, block: { attributes: { sizes: { type: ['map', 'number'], optional: true }, disks: { nested_type: { nesting_mode: 'map', attributes: { size: { type: 'number', required: true } } }, optional: true } } } } },
        },
      },
    };
    const schema = readSchemas(printed).get('bpg/proxmox');
    const attributes = schema?.resources.get('proxmox_new')?.attributes;
    assert.deepEqual(attributes?.get('sizes')?.type, { kind: 'map', element: { kind: 'number' } });
    const disks = attributes?.get('disks')?.type;
    assert.ok(disks?.kind === 'map' && disks.element.kind === 'object' && disks.element.attributes.get('size')?.required);
  });
});
