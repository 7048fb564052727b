// The real provider, which `terraform init` and `tofu init` find without a network.
import { X509Certificate } from 'node:crypto';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { terraformProvider } from './paths.mjs';

/**
 * Makes a mirror of one provider in the folder, and a CLI configuration that knows no other place.
 * @param {string} folder an existing folder
 * @param {string} provider the folder with the provider's program
 * @returns {Promise<{ TF_CLI_CONFIG_FILE: string, CHECKPOINT_DISABLE: string }>} for Terraform's environment
 */
export async function providerMirror(folder, provider) {
  const mirror = join(folder, 'mirror');
  const architecture = { x64: 'amd64', ia32: '386' }[process.arch] ?? process.arch;
  for (const registry of ['registry.terraform.io', 'registry.opentofu.org']) {
    const version = join(mirror, registry, 'bpg/proxmox', terraformProvider.version.slice(1));
    await mkdir(version, { recursive: true });
    await symlink(provider, join(version, `${process.platform}_${architecture}`));
  }
  const configuration = join(folder, 'cli.tfrc');
  await writeFile(configuration, `provider_installation {\n  filesystem_mirror {\n    path = "${mirror}"\n  }\n}\n`);
  return { TF_CLI_CONFIG_FILE: configuration, CHECKPOINT_DISABLE: '1' };
}

/**
 * What a project needs in its environment to reach a simulator: address, token, and the simulator's own certificate as the only authority.
 * @param {string} folder an existing folder, for the certificate
 * @param {{ url: string, fingerprint: string, tokenId: string, tokenSecret: string }} simulator as it told of itself
 */
export async function simulatorEnvironment(folder, { url, fingerprint, tokenId, tokenSecret }) {
  const file = join(folder, `${new URL(url).port}.pem`);
  await writeFile(file, await certificateOf(url, fingerprint));
  // The provider writes each simulator's host key into ~/.ssh/known_hosts, and would take another simulator at the same port for an impostor.
  return { PROXMOX_VE_ENDPOINT: url, PROXMOX_VE_API_TOKEN: `${tokenId}=${tokenSecret}`, SSL_CERT_FILE: file, HOME: folder };
}

/**
 * The certificate as PEM; the check is that it is the one the simulator told.
 * @returns {Promise<string>}
 */
function certificateOf(url, fingerprint) {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port), rejectUnauthorized: false }, () => {
      const certificate = new X509Certificate(socket.getPeerCertificate().raw);
      socket.destroy();
      if (certificate.fingerprint256 === fingerprint) resolve(certificate.toString());
      else reject(new Error(`${url} shows another certificate than the simulator told.`));
    });
    socket.on('error', reject);
  });
}
