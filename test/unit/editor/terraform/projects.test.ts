import { strict as assert } from 'node:assert';
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls, createSecureContext } from 'node:tls';
import { after, before, describe, it } from 'mocha';
import { trustedEndpoint } from '../../../../src/editor/terraform/projects/authorities.ts';
import { Bindings } from '../../../../src/editor/terraform/projects/bindings.ts';
import { TerraformTrouble } from '../../../../src/editor/terraform/projects/trouble.ts';
import { findProgram, isTooOld } from '../../../../src/editor/terraform/projects/program.ts';
import { providerEnvironment } from '../../../../src/editor/terraform/projects/provider-environment.ts';
import type { Connection } from '../../../../src/pve/index.ts';
import { type SpawnedSimulator, spawnSimulator } from '../../../support/spawned-simulator.ts';

const home: Connection = { id: 'home', name: 'Home', endpoints: ['https://pve1:8006'], authentication: { kind: 'token', tokenId: 'root@pam!workbench' }, trust: { kind: 'system' } };

const trouble = (kind: string, about?: RegExp) => (error: unknown): true => {
  assert(error instanceof TerraformTrouble, String(error));
  assert.equal(error.kind, kind);
  if (about !== undefined) assert.match(error.message, about);
  return true;
};

describe('the connection of a Terraform folder', () => {
  const memory = (): { get(key: string): unknown; update(key: string, value: unknown): Promise<void> } => {
    const kept = new Map<string, unknown>();
    return { get: (key) => kept.get(key), update: async (key, value) => void (await Promise.resolve(kept.set(key, value))) };
  };
  const other = { ...home, id: 'other' };

  it('is the only one there is, and is asked for when there are more', () => {
    const bindings = new Bindings(memory());
    assert.equal(bindings.of('/a', [home]), home);
    assert.equal(bindings.of('/a', [home, other]), undefined);
    assert.equal(bindings.of('/a', []), undefined);
  });

  it('is the chosen one, for that folder alone', async () => {
    const kept = memory();
    await new Bindings(kept).choose('/a', 'other');
    await new Bindings(kept).choose('/b', 'home');
    const bindings = new Bindings(kept);
    assert.equal(bindings.of('/a', [home, other]), other);
    assert.equal(bindings.of('/b', [home, other]), home);
    assert.equal(bindings.of('/c', [home, other]), undefined);
  });

  it('is never another one when the chosen one is gone', async () => {
    const bindings = new Bindings(memory());
    await bindings.choose('/a', 'gone');
    assert.equal(bindings.of('/a', [home]), undefined);
  });
});

describe("the provider's environment", () => {
  it('names the connection, and nothing of another cluster or another user is left', () => {
    const own = { PATH: '/bin', PROXMOX_VE_INSECURE: 'true', PROXMOX_VE_USERNAME: 'root@pam', PROXMOX_VE_PASSWORD: 'x', PROXMOX_VE_ENDPOINT: 'https://elsewhere', PROXMOX_VE_SSH_USERNAME: 'me' };
    assert.deepEqual(providerEnvironment(home, 'https://pve1:8006', 's3cret', own), {
      PATH: '/bin', PROXMOX_VE_SSH_USERNAME: 'me', PROXMOX_VE_ENDPOINT: 'https://pve1:8006', PROXMOX_VE_API_TOKEN: 'root@pam!workbench=s3cret',
    });
    assert.deepEqual(providerEnvironment({ ...home, authentication: { kind: 'password', user: 'root@pam' } }, 'https://pve1:8006', 's3cret', { PROXMOX_VE_API_TOKEN: 'y' }, '/ca.pem'), {
      PROXMOX_VE_ENDPOINT: 'https://pve1:8006', PROXMOX_VE_USERNAME: 'root@pam', PROXMOX_VE_PASSWORD: 's3cret', SSL_CERT_FILE: '/ca.pem',
    });
  });
});

describe('what Terraform may trust', () => {
  let simulator: SpawnedSimulator;
  let folder: string;
  before(async () => {
    simulator = await spawnSimulator('--host', '0.0.0.0');
    folder = await mkdtemp(join(tmpdir(), 'authorities-'));
  });
  after(async () => {
    await simulator.stop();
    await rm(folder, { recursive: true, force: true });
  });
  const at = (host: string): string => `https://${host}:${new URL(simulator.url).port}`;
  const pinned = (sha256: string, url = at('127.0.0.1')): Connection => ({ ...home, endpoints: [url], trust: { kind: 'fingerprint', sha256 } });

  it('is left to the machine where the connection leaves it to the machine', async () => {
    assert.deepEqual(await trustedEndpoint(home, folder), { endpoint: 'https://pve1:8006' });
  });

  it('is the accepted certificate beside the machine\'s authorities, in a file that only its user reads', async () => {
    const { endpoint, authorities } = await trustedEndpoint(pinned(simulator.fingerprint), folder);
    assert.equal(endpoint, at('127.0.0.1'));
    assert(authorities !== undefined);
    assert.equal((await stat(authorities)).mode & 0o077, 0);
    const pem = await readFile(authorities, 'utf8');
    const { hostname, port } = new URL(endpoint);
    await new Promise<void>((resolve, reject) => {
      const socket = connectTls({ host: hostname, port: Number(port), secureContext: createSecureContext({ ca: pem.match(/-----BEGIN[\s\S]+?END CERTIFICATE-----/g)! }) }, () => {
        socket.destroy();
        resolve();
      }).once('error', reject);
    });
  });

  it('is never a certificate that nobody accepted', async () => {
    await assert.rejects(trustedEndpoint(pinned(simulator.fingerprint.replace(/^../, (pair) => (pair === '00' ? '01' : '00'))), folder), trouble('certificate', /another certificate/));
  });

  it('says so when the certificate is for another name, which Terraform would refuse', async () => {
    await assert.rejects(trustedEndpoint(pinned(simulator.fingerprint, at('127.0.0.2')), folder), trouble('certificate', /was issued for .*127\.0\.0\.1.*, not for 127\.0\.0\.2/));
  });

  it('says so when the CA file is not there, and when nobody answers', async () => {
    await assert.rejects(trustedEndpoint({ ...home, trust: { kind: 'ca', file: join(folder, 'none.pem') } }, folder), trouble('certificate', /cannot be read/));
    await assert.rejects(trustedEndpoint(pinned(simulator.fingerprint, 'https://127.0.0.1:1'), folder), trouble('certificate', /does not answer/));
  });
});

describe('the Terraform to use', () => {
  it('is the one on the PATH', async () => {
    assert.match((await findProgram(process.env, '')).path, /(terraform|tofu)$/);
  });

  it('is missed with what to do about it', async () => {
    await assert.rejects(findProgram({ PATH: '' }, ''), trouble('program-missing', /Install one/));
    await assert.rejects(findProgram(process.env, '/nowhere/terraform'), trouble('program-missing', /“\/nowhere\/terraform”.*proxmox\.terraform\.path/));
  });

  it('is refused when it knows no import blocks', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'old-'));
    const old = join(folder, 'terraform');
    await writeFile(old, '#!/bin/sh\necho "Terraform v1.4.7"\n');
    await chmod(old, 0o700);
    await assert.rejects(findProgram(process.env, old), trouble('program-too-old', /is version 1\.4\.7\. Version 1\.5 or later/));
    await rm(folder, { recursive: true });
    assert.deepEqual(['1.5.0', '1.6.0-beta1', '2.0.0', '1.10.0', '0.15.5', '1.4.9'].map(isTooOld), [false, false, false, false, true, true]);
  });
});
