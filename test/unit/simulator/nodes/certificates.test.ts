import { strict as assert } from 'node:assert';
import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import { describe, it } from 'mocha';
import * as x509 from '@peculiar/x509';
import { inProcess } from '../../../support/in-process.ts';

x509.cryptoProvider.set(webcrypto);

/** A certificate for two names and an address, and its key. */
async function certificate(): Promise<{ pem: string; key: string }> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const made = await x509.X509CertificateGenerator.createSelfSigned({
    name: 'O=Example, CN=pve1.example.net', keys, signingAlgorithm: algorithm,
    notBefore: new Date('2026-11-01T00:00:00Z'), notAfter: new Date('2027-11-01T00:00:00Z'),
    extensions: [new x509.SubjectAlternativeNameExtension([{ type: 'dns', value: 'pve1.example.net' }, { type: 'ip', value: '10.20.0.11' }, { type: 'ip', value: '2001:db8::1' }])],
  });
  const key = x509.PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY');
  return { pem: `${made.toString('pem')}\n`, key: `${key}\n` };
}

const PATH = '/nodes/pve1/certificates/custom';

describe('certificates of a node', () => {
  it('can be replaced by one’s own, whose key must fit', async () => {
    const { call } = inProcess();
    const [one, other] = await Promise.all([certificate(), certificate()]);
    assert.throws(() => call('POST', PATH, { certificates: one.pem }), { errors: { key: 'Attempted to upload custom certificate without (existing) key.' } });
    assert.throws(() => call('POST', PATH, { certificates: one.pem, key: other.key }), { message: /^Setting certificate files failed - key does not match the certificate/ });
    assert.throws(() => call('POST', PATH, { certificates: 'nonsense', key: one.key }), { errors: { certificates: 'invalid format - not a valid PEM-formatted string.\n' } });
    const { fingerprint, pem, ...info } = call('POST', PATH, { certificates: `subject=whatever\n${one.pem}`, key: one.key }) as Record<string, unknown>;
    assert.deepEqual(info, {
      filename: 'pveproxy-ssl.pem', subject: '/O=Example/CN=pve1.example.net', issuer: '/O=Example/CN=pve1.example.net', notbefore: Date.UTC(2026, 10, 1) / 1000, notafter: Date.UTC(2027, 10, 1) / 1000,
      san: ['pve1.example.net', '10.20.0.11', '2001:0db8:0000:0000:0000:0000:0000:0001'], 'public-key-type': 'id-ecPublicKey', 'public-key-bits': 256,
    });
    assert.match(String(fingerprint), /^(?:[0-9A-F]{2}:){31}[0-9A-F]{2}$/);
    assert.ok(String(pem).startsWith('-----BEGIN CERTIFICATE-----'));
    assert.equal((call('GET', '/nodes') as Record<string, unknown>[])[0]?.['ssl_fingerprint'], fingerprint);
    assert.throws(() => call('POST', PATH, { certificates: other.pem, key: other.key }), { message: 'Custom certificate file exists but force flag is not set.' });
    assert.throws(() => call('POST', PATH, { certificates: other.pem, force: 1 }), { message: /key does not match/ });
    call('POST', PATH, { certificates: one.pem, force: 1 });
    call('DELETE', PATH);
    assert.deepEqual((call('GET', '/nodes/pve1/certificates/info') as Record<string, unknown>[]).map((entry) => entry['filename']), ['pve-root-ca.pem', 'pve-ssl.pem']);
  });

  it('are not ordered without domains and an account', () => {
    const { call, clock } = inProcess();
    const order = '/nodes/pve1/certificates/acme/certificate';
    assert.throws(() => call('POST', order), { status: 400, message: 'ACME domain list in node configuration is missing!' });
    assert.throws(() => call('PUT', order), { message: 'No current (custom) certificate found, please order a new certificate!' });
    call('PUT', '/nodes/pve1/config', { acme: 'domains=pve1.example.net' });
    const upid = String(call('POST', order));
    clock.advance(5000);
    assert.equal((call('GET', `/nodes/pve1/tasks/${upid}/status`) as { exitstatus: string }).exitstatus, "ACME account config file 'default' does not exist.");
  });
});
