import { strict as assert } from 'node:assert';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'mocha';
import { probeCertificate } from '../../../../src/pve/index.ts';
import { certificate, type Issued } from './certificates.ts';
import { clientOf, connectionTo, disposeAll, failureOf } from './client.ts';
import { closeAll, closing, data, serve, type TestServer } from './server.ts';

describe('trust', () => {
  let folder: string;
  let authority: Issued;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'trust-'));
    authority = await certificate({ name: 'CN=Our own CA', authority: true });
    await writeFile(join(folder, 'ca.pem'), authority.cert);
  });
  after(() => rm(folder, { recursive: true }));
  afterEach(async () => {
    disposeAll();
    await closeAll();
  });

  const byAuthority = () => ({ trust: { kind: 'ca', file: join(folder, 'ca.pem') } }) as const;
  const serving = async (issued?: Issued): Promise<TestServer> => serve((_request, response) => data(response, 'ok'), issued === undefined ? {} : { certificate: issued });

  it('refuses an unknown certificate, and sends nothing to whoever has it', async () => {
    const server = await serving();
    const error = await failureOf(clientOf(connectionTo([server], { trust: { kind: 'system' } })).get('/version'), 'untrusted-certificate');
    assert.equal(error.details.certificate?.presented, server.certificate.fingerprint);
    assert.equal(error.details.certificate.expected, undefined);
    assert.match(error.message, new RegExp(server.certificate.fingerprint));
    assert.deepEqual(server.received, []);
  });

  it('refuses a certificate that is not the one that was accepted, showing both fingerprints', async () => {
    const server = await serving();
    const accepted = (await certificate()).fingerprint;
    const error = await failureOf(clientOf(connectionTo([server], { trust: { kind: 'fingerprint', sha256: accepted } })).get('/version'), 'untrusted-certificate');
    assert.deepEqual([error.details.certificate?.presented, error.details.certificate?.expected], [server.certificate.fingerprint, accepted]);
    assert.ok(error.message.includes(server.certificate.fingerprint) && error.message.includes(accepted));
    assert.deepEqual(server.received, []);
  });

  it('takes a certificate that the CA file signed', async () => {
    const server = await serving(await certificate({ issuer: authority }));
    assert.equal(await clientOf(connectionTo([server], byAuthority())).get('/version'), 'ok');
  });

  it('refuses what the CA file signed for another name, has expired or is not valid yet, and says which', async () => {
    const cases = [
      { issued: await certificate({ issuer: authority, names: ['pve9.example'] }), says: /was issued for pve9\.example, not for 127\.0\.0\.1/ },
      { issued: await certificate({ issuer: authority, validFrom: -9, validTo: -2 }), says: /expired on/ },
      { issued: await certificate({ issuer: authority, validFrom: 2 }), says: /valid only from/ },
    ];
    for (const { issued, says } of cases) {
      const server = await serving(issued);
      assert.match((await failureOf(clientOf(connectionTo([server], byAuthority())).get('/version'), 'untrusted-certificate')).message, says);
      assert.deepEqual(server.received, []);
    }
  });

  it('says when the CA file cannot be read or holds no certificate', async () => {
    const server = await serving();
    await writeFile(join(folder, 'garbage.pem'), 'not a certificate');
    for (const name of ['missing.pem', 'garbage.pem']) {
      const file = join(folder, name);
      const error = await clientOf(connectionTo([server], { trust: { kind: 'ca', file } })).get('/version').then(() => assert.fail(), (reason: unknown) => reason as Error);
      assert.ok(error.message.includes(file), error.message);
    }
  });

  it('is looked at without sending anything', async () => {
    const server = await serving();
    const seen = await probeCertificate(server.url);
    assert.equal(seen.sha256, server.certificate.fingerprint);
    assert.deepEqual(server.received, []);
    const sockets = new Set<Socket>();
    const plain = createServer((socket) => sockets.add(socket.on('error', () => undefined)) && socket.write('SSH-2.0-OpenSSH_9.6\r\n'));
    const close = closing(plain, sockets);
    const port = await new Promise<number>((resolve) => plain.listen(0, '127.0.0.1', () => resolve((plain.address() as { port: number }).port)));
    await failureOf(probeCertificate(`https://127.0.0.1:${port}`), 'not-proxmox');
    await close();
  });
});
