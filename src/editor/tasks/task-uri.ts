import * as vscode from 'vscode';
import { taskLogScheme } from '../ids.ts';

/** What a task log's URI says: enough to open it again after the window was reloaded. */
export interface TaskAddress {
  readonly connectionId: string;
  readonly upid: string;
}

/** `proxmox-task:/<connection>/<title>.log?<upid>`; the title is for people, the `.log` chooses the language. */
export function taskUri({ connectionId, upid }: TaskAddress): vscode.Uri {
  const [, node = '', , , started = '', type = '', id = ''] = upid.split(':');
  const time = new Date(Number.parseInt(started, 16) * 1000);
  const clock = Number.isNaN(time.getTime()) ? '' : `${String(time.getHours()).padStart(2, '0')}.${String(time.getMinutes()).padStart(2, '0')}`;
  const title = [type, id, node, clock].filter(Boolean).join(' ').replace(/[^\p{L}\p{N} ._-]/gu, '_').slice(0, 100);
  return vscode.Uri.from({ scheme: taskLogScheme, path: `/${connectionId}/${title}.log`, query: upid });
}

export function taskOfUri(uri: vscode.Uri): TaskAddress | undefined {
  const connectionId = uri.path.split('/')[1];
  return uri.scheme !== taskLogScheme || connectionId === undefined || connectionId === '' || !uri.query.startsWith('UPID:') ? undefined : { connectionId, upid: uri.query };
}
