import { createHash, createPrivateKey, createPublicKey, type KeyObject, X509Certificate } from 'node:crypto';
import { ApiError, failure, parameterError } from '../api/errors.ts';
import { boolean, optional, string } from '../api/parameters.ts';
import type { Call, Route } from '../api/route.ts';
import { startWorker } from '../guests/worker.ts';
import type { Node } from '../state/cluster.ts';
import { acmeAccount } from './config.ts';
import { index, MODIFY, NODE, nodeOf, secondsOf, text } from './parameters.ts';

const CUSTOM = 'pveproxy-ssl.pem';
const customOf = (node: Node): Node['certificates'][number] | undefined => node.certificates.find((one) => one['filename'] === CUSTOM);

/** `/O=…/CN=…`, as OpenSSL writes a name on one line. */
const oneLine = (name: string): string => name.split('\n').map((part) => `/${part}`).join('');

const CURVE_BITS: Readonly<Record<string, number>> = { prime256v1: 256, secp384r1: 384, secp521r1: 521 };

function keyInfo(key: KeyObject): { 'public-key-type': string; 'public-key-bits': number } {
  const { modulusLength, namedCurve = '' } = key.asymmetricKeyDetails ?? {};
  if (key.asymmetricKeyType === 'ec') return { 'public-key-type': 'id-ecPublicKey', 'public-key-bits': CURVE_BITS[namedCurve] ?? 256 };
  if (modulusLength !== undefined) return { 'public-key-type': 'rsaEncryption', 'public-key-bits': modulusLength };
  return { 'public-key-type': (key.asymmetricKeyType ?? '').toUpperCase(), 'public-key-bits': key.asymmetricKeyType === 'ed448' ? 456 : 253 };
}

/** IPv6 addresses with all their digits, as Proxmox unpacks them. */
function wholeAddress(address: string): string {
  if (!address.includes(':')) return address;
  const [head = '', tail] = address.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const middle = tail === undefined ? [] : Array.from({ length: 8 - before.length - after.length }, () => '0');
  return [...before, ...middle, ...after].map((part) => part.toLowerCase().padStart(4, '0')).join(':');
}

const alternativeNames = (certificate: X509Certificate): string[] =>
  (certificate.subjectAltName ?? '').split(', ').flatMap((entry) => (entry.startsWith('DNS:') ? [entry.slice(4)] : entry.startsWith('IP Address:') ? [wholeAddress(entry.slice(11))] : []));

const publicKeyDigest = (key: KeyObject): string => createHash('sha256').update(key.export({ type: 'spki', format: 'der' })).digest('hex');

/** `PVE::Certificate::get_certificate_info` of the chain's first certificate. */
function describe(certificate: X509Certificate): Node['certificates'][number] {
  return {
    filename: CUSTOM,
    fingerprint: certificate.fingerprint256,
    subject: oneLine(certificate.subject),
    issuer: oneLine(certificate.issuer),
    notbefore: Date.parse(certificate.validFrom) / 1000,
    notafter: Date.parse(certificate.validTo) / 1000,
    san: alternativeNames(certificate),
    pem: certificate.toString(),
    ...keyInfo(certificate.publicKey),
  };
}

const PEM = '-----BEGIN (?<label>[A-Z0-9 ]+)-----[ \\t]*\\r?\\n[A-Za-z0-9+/=\\s]+?-----END \\k<label>-----\\s*';

/** What comes before the first block is dropped. Throws 400 unless the rest is PEM throughout. */
function pemOf(call: Call, name: string, { only, many }: { readonly only?: string; readonly many: boolean }): string {
  const value = String(call.parameters[name]);
  const content = value.slice(Math.max(0, value.indexOf('-----BEGIN ')));
  const blocks = [...content.matchAll(new RegExp(PEM, 'gy'))];
  const whole = blocks.reduce((length, [block]) => length + block.length, 0) === content.length;
  const right = blocks.every(({ groups }) => only === undefined || groups?.['label'] === only);
  if (blocks.length === 0 || !whole || !right || (!many && blocks.length > 1)) throw parameterError({ [name]: 'invalid format - not a valid PEM-formatted string.\n' });
  return content;
}

/** SHA-256 of the public key that belongs to a private one; undefined when it cannot be read. The private key is not kept. */
function digestOfPrivate(pem: string): string | undefined {
  try {
    return publicKeyDigest(createPublicKey(createPrivateKey(pem)));
  } catch {
    return undefined;
  }
}

/** Sets the certificate that pveproxy shows to browsers, once it fits its key. */
function upload(call: Call): Record<string, unknown> {
  const node = nodeOf(call);
  const chain = pemOf(call, 'certificates', { only: 'CERTIFICATE', many: true });
  const key = text(call, 'key') ? pemOf(call, 'key', { many: false }) : undefined;
  const old = customOf(node);
  if (key === undefined && old === undefined) throw parameterError({ key: 'Attempted to upload custom certificate without (existing) key.' });
  if (old !== undefined && call.parameters['force'] !== true) throw failure('Custom certificate file exists but force flag is not set.');
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(chain);
  } catch {
    throw failure(`Setting certificate files failed - unable to read certificate from '/etc/pve/nodes/${node.name}/${CUSTOM}'`);
  }
  const digest = key === undefined ? node.certificateKey : digestOfPrivate(key);
  if (digest !== publicKeyDigest(certificate.publicKey)) throw failure('Setting certificate files failed - key does not match the certificate (chain) ()');
  const info = describe(certificate);
  remove(node);
  node.certificates.push(info);
  node.certificateKey = digest;
  return info;
}

function remove(node: Node): void {
  const old = customOf(node);
  if (old !== undefined) node.certificates.splice(node.certificates.indexOf(old), 1);
  delete node.certificateKey;
}

/** Orders, renews and revokes end where a cluster without ACME accounts ends them: in the worker, for want of one. */
function acme(call: Call, type: string): string {
  const node = nodeOf(call);
  const account = acmeAccount(node.config);
  if (account === undefined) throw new ApiError(400, 'ACME domain list in node configuration is missing!');
  return startWorker(call, { node: node.name, type, id: '' }, () => {
    throw failure(`ACME account config file '${account}' does not exist.`);
  });
}

function order(call: Call): string {
  if (customOf(nodeOf(call)) !== undefined && call.parameters['force'] !== true) throw parameterError({ force: "Custom certificate exists but 'force' is not set." });
  return acme(call, 'acmenewcert');
}

const RENEW_WITHIN = 30 * 86_400;

function renew(call: Call): string {
  const certificate = customOf(nodeOf(call));
  if (certificate === undefined) throw failure('No current (custom) certificate found, please order a new certificate!');
  if (Number(certificate['notafter']) > secondsOf(call) + RENEW_WITHIN && call.parameters['force'] !== true) {
    throw parameterError({ force: "Certificate does not expire within the next 30 days, and 'force' is not set." });
  }
  return acme(call, 'acmerenew');
}

function revoke(call: Call): string {
  const node = nodeOf(call);
  if (acmeAccount(node.config) !== undefined && customOf(node) === undefined) throw failure(`can't open '/etc/pve/nodes/${node.name}/${CUSTOM}' - No such file or directory`);
  return acme(call, 'acmerevoke');
}

const ROOT = '/nodes/{node}/certificates';
const FLAG = optional(boolean({ default: false }));
const ORDER = `${ROOT}/acme/certificate`;

export const certificateRoutes: readonly Route[] = [
  index(ROOT, 'name', ['acme', 'custom', 'info']),
  index(`${ROOT}/acme`, 'name', ['certificate']),
  { method: 'GET', path: `${ROOT}/info`, permissions: { user: 'all' }, parameters: NODE, run: (call) => nodeOf(call).certificates },
  { method: 'POST', path: `${ROOT}/custom`, permissions: MODIFY, parameters: { ...NODE, certificates: string(), key: optional(string()), force: FLAG, restart: FLAG }, run: upload },
  { method: 'DELETE', path: `${ROOT}/custom`, permissions: MODIFY, parameters: { ...NODE, restart: FLAG }, run: (call) => remove(nodeOf(call)) },
  { method: 'POST', path: ORDER, permissions: MODIFY, parameters: { ...NODE, force: FLAG }, run: order },
  { method: 'PUT', path: ORDER, permissions: MODIFY, parameters: { ...NODE, force: FLAG }, run: renew },
  { method: 'DELETE', path: ORDER, permissions: MODIFY, parameters: NODE, run: revoke },
];
