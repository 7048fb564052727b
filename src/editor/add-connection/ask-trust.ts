import * as vscode from 'vscode';
import { type CertificateDetails, type Connection, probeCertificate, PveError } from '../../pve/index.ts';
import { labelText } from '../text/index.ts';
import { back, choose, type Choice, type Place, whileWaiting } from './quick-steps.ts';

type Trust = Connection['trust'];

/** Looks at the first endpoint's certificate; a cancelled look is a cancelled question. */
export async function lookAt(endpoint: string): Promise<CertificateDetails | undefined> {
  try {
    return await whileWaiting(`Looking at the certificate of ${endpoint}`, (signal) => probeCertificate(endpoint, signal));
  } catch (error) {
    if (error instanceof PveError && error.kind === 'cancelled') return undefined;
    throw error;
  }
}

/** Asks what makes the certificate acceptable. Nobody is asked about one that the system trusts, unless something else was chosen before. */
export async function askTrust(place: Place, endpoint: string, details: CertificateDetails, before: Trust | undefined): Promise<Trust | typeof back | undefined> {
  const { sha256, subject, issuer, validTo, trustedBySystem } = details;
  if (trustedBySystem && (before === undefined || before.kind === 'system')) return { kind: 'system' };
  const changed = before?.kind === 'fingerprint' && before.sha256 !== sha256;
  const choices: Choice<'fingerprint' | 'ca' | 'system' | 'nothing'>[] = [
    { value: 'fingerprint', label: `$(shield) ${changed ? 'Trust the new certificate' : 'Trust this certificate'}`, ...inHalves(sha256) },
    ...(changed ? [{ value: 'nothing' as const, label: '$(history) Accepted until now', ...inHalves(before.sha256) }] : []),
    { value: 'ca', label: '$(file) Choose the CA’s certificate file…', detail: 'A PEM file such as a copy of /etc/pve/pve-root-ca.pem: right for several endpoints, each of which has a certificate of its own.' },
    ...(trustedBySystem ? [{ value: 'system' as const, label: '$(vm) Trust what this machine trusts', detail: 'An authority known to this machine issued the certificate.' }] : []),
  ];
  const whose = `${labelText(/CN=([^,]+)/.exec(subject)?.[1] ?? subject, 40)}${subject === issuer ? ', self-signed' : ''}, until ${validTo.slice(0, 10)}`;
  const chosen = await choose({ ...place, title: `${place.title}: ${changed ? 'Changed certificate' : 'Certificate'} of ${endpoint}` }, `Compare the SHA-256 with the node’s (${whose})`, choices, before?.kind);
  if (chosen === back || chosen === undefined) return chosen;
  if (chosen === 'nothing') return askTrust(place, endpoint, details, before);
  if (chosen === 'system') return { kind: 'system' };
  if (chosen === 'fingerprint') return { kind: 'fingerprint', sha256 };
  const [file] = (await vscode.window.showOpenDialog({ title: 'CA Certificate', openLabel: 'Trust This CA', filters: { Certificates: ['pem', 'crt', 'cer'] }, canSelectMany: false })) ?? [];
  // Without a file the question stands.
  return file === undefined ? askTrust(place, endpoint, details, before) : { kind: 'ca', file: file.fsPath };
}

/** A fingerprint is longer than a line of a quick pick, and has to be seen whole. */
function inHalves(sha256: string): { readonly description: string; readonly detail: string } {
  return { description: `SHA-256 ${sha256.slice(0, 47)}`, detail: sha256.slice(48) };
}
