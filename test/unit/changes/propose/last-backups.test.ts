import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { propose } from '../../../../src/changes/propose/index.ts';
import { inProcess, type InProcess } from '../../../support/in-process.ts';
import { asking, circumstancesOf } from '../in-process-client.ts';
import { done } from '../operations/examples.ts';

describe('What is said of a guest’s last backup before it is destroyed', () => {
  const target = { kind: 'guest', type: 'qemu', vmid: 129, node: 'pve2' } as const;
  const told = async (at: InProcess): Promise<string | undefined> => {
    const wishes = [{ operation: 'guest.destroy', target }];
    return propose(asking, wishes, await circumstancesOf(at, wishes)).risk.reasons.map(({ level, text }) => `${level}: ${text}`).find((text) => text.includes('back'));
  };
  const withoutBackups = (at: InProcess): InProcess => {
    for (const volumes of at.cluster.volumes.values()) for (const [volid, { content, vmid }] of volumes) if (content === 'backup' && vmid === 129) volumes.delete(volid);
    return at;
  };
  const backedUp = (at: InProcess): void => done(at, 'POST', '/nodes/pve2/vzdump', { vmid: '129', storage: 'backup', mode: 'snapshot', compress: 'zstd' });

  it('is how long ago it was, by the newest there is', async () => {
    const at = withoutBackups(inProcess({ nodes: 2 }));
    backedUp(at);
    assert.equal(await told(at), 'low: VM 129 (legacy-erp) was last backed up less than a day ago.');
    at.clock.advance(30 * 86_400_000);
    assert.equal(await told(at), 'medium: VM 129 (legacy-erp) was last backed up 30 days ago.');
    backedUp(at);
    assert.equal(await told(at), 'low: VM 129 (legacy-erp) was last backed up less than a day ago.');
  });

  it('is that there is none only when every storage that may hold one was looked at', async () => {
    assert.equal(await told(withoutBackups(inProcess({ nodes: 2 }))), 'high: There is no backup of VM 129 (legacy-erp).');
    // pve3 is off, and so is a storage of its own.
    assert.equal(await told(withoutBackups(inProcess())), 'high: When VM 129 (legacy-erp) was last backed up is not known.');
  });
});
