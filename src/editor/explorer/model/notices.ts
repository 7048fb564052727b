import type { PveError } from '../../../pve/index.ts';
import { commandIds } from '../../ids.ts';
import { errorTitle } from '../../text/index.ts';
import type { Notice } from './nodes.ts';

const reconnect: Notice = { level: 'advice', label: 'Reconnect', command: { id: commandIds.reconnect, title: 'Reconnect' } };

/** What a connection's error comes down to: what happened, what to do, and the command that does it. */
export function errorNotice(error: PveError, scope: 'connection' | 'detail'): Notice {
  const { advice } = error.details;
  const children: Notice[] = [{ level: 'info', label: error.message }];
  if (advice !== undefined) children.push({ level: 'advice', label: advice });
  if (scope === 'connection') children.push(...actions(error));
  return {
    level: 'error',
    label: errorTitle(error),
    description: error.message,
    detail: advice === undefined ? error.message : `${error.message}\n\n${advice}`,
    children,
  };
}

function actions(error: PveError): readonly Notice[] {
  switch (error.kind) {
    case 'untrusted-certificate':
      return [{ level: 'advice', label: 'Review certificate…', command: { id: commandIds.reviewCertificate, title: 'Review Certificate' } }];
    case 'unauthorised':
      return [{ level: 'advice', label: 'Edit connection…', command: { id: commandIds.editConnection, title: 'Edit Connection' } }, reconnect];
    case 'unreachable':
    case 'not-proxmox':
      return [reconnect, { level: 'advice', label: 'Edit connection…', command: { id: commandIds.editConnection, title: 'Edit Connection' } }];
    default:
      return [reconnect];
  }
}
