import type { PveError, PveErrorKind } from '../../pve/index.ts';

const titles: Readonly<Record<PveErrorKind, string>> = {
  'unreachable': 'Cannot be reached',
  'untrusted-certificate': 'Certificate not trusted',
  'not-proxmox': 'Not a Proxmox VE API',
  'unauthorised': 'Not signed in',
  'second-factor': 'One-time code needed',
  'forbidden': 'Not allowed',
  'bad-parameter': 'Request refused',
  'not-found': 'Not found',
  'locked': 'Locked',
  'digest-changed': 'Changed meanwhile',
  'no-quorum': 'No quorum',
  'node-unreachable': 'Node does not answer',
  'task-failed': 'Task failed',
  'cancelled': 'Cancelled',
  'server-error': 'Server error',
};

/** A few words for a kind of error. */
export function errorTitle(error: PveError): string {
  if (error.kind === 'untrusted-certificate' && error.details.certificate?.expected !== undefined) return 'Certificate changed';
  return titles[error.kind];
}
