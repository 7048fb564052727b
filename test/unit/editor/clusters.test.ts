import { strict as assert } from 'node:assert';
import { tmpdir } from 'node:os';
import { describe, it } from 'mocha';
import { silentLogger } from '../../../src/base/index.ts';
import { Clusters } from '../../../src/editor/clusters/index.ts';
import type { Connections } from '../../../src/editor/connections/index.ts';
import type { Connection } from '../../../src/pve/index.ts';

describe('the client of a connection', () => {
  it('is that of the connection as it is now, also for who was given an earlier one', async () => {
    const before: Connection = { id: 'home', name: 'Home', endpoints: ['https://127.0.0.1:1'], authentication: { kind: 'token', tokenId: 'root@pam!w' }, trust: { kind: 'system' } };
    const now: Connection = { ...before, name: 'Home, renamed' };
    const connections = { find: (id: string) => (id === 'home' ? now : undefined), onDidChange: () => ({ dispose: () => undefined }), secrets: {} } as unknown as Connections;
    const clusters = new Clusters({ connections, logger: silentLogger, folder: tmpdir(), sqlWasm: '' });
    const client = await clusters.client(now);
    // Two that disagree would else take turns in ending each other's client.
    assert.equal(await clusters.client(before), client);
    assert.equal(client.connection.name, 'Home, renamed');
    clusters.dispose();
  });
});
