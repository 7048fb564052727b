import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { partsOf, readPlanJson, residueOf } from '../../../../src/terraform/index.ts';

const SECRET = 's3cr3t';

/** As Terraform 1.11 prints it. */
const planOf = (type: string, change: unknown): string => JSON.stringify({ format_version: '1.2', resource_changes: [{ address: `${type}.it`, mode: 'managed', type, name: 'it', change }] });

describe('What of a plan is sensitive', () => {
  const facts = { isUp: () => false, nameOf: () => undefined };

  it('is not told with the whole that it was part of, of which is only known that it changes', () => {
    // input = { name = "x", key = var.key }, and then input = terraform_data.other.id
    const plan = planOf('terraform_data', {
      actions: ['update'], before: { id: '1', input: { key: SECRET, name: 'x' } }, after: { id: '1' },
      after_unknown: { input: true }, before_sensitive: { input: { key: true } }, after_sensitive: {},
    });
    const [part] = partsOf(readPlanJson(plan), facts);
    assert.deepEqual(part?.attributes, [{ path: 'input', unknown: true, sensitive: true }]);
    assert.ok(!JSON.stringify(residueOf(plan)).includes(SECRET));
  });

  it('is not told as the address that something is downloaded from', () => {
    const values = { node_name: 'pve1', datastore_id: 'local', content_type: 'iso', url: `https://images.example/debian.iso?token=${SECRET}` };
    const plan = (marks: unknown): string => planOf('proxmox_virtual_environment_download_file', { actions: ['create'], before: null, after: values, after_unknown: { id: true, file_name: true }, before_sensitive: false, after_sensitive: marks });
    const told = (marks: unknown): string | undefined => partsOf(readPlanJson(plan(marks)), facts)[0]?.description;
    assert.equal(told({}), `Download ${values.url} to local on pve1`);
    assert.equal(told({ url: true }), 'Download a file to local on pve1');
  });
});
