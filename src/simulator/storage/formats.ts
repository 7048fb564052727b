import { isIP } from 'node:net';
import { checkPropertyString, checkScalarFormat, type PropertyFormatName } from '../../pve/config/index.ts';

type Check = (value: string) => string | undefined;

const matching = (pattern: RegExp, message: string | ((value: string) => string)): Check =>
  (value) => (pattern.test(value) ? undefined : typeof message === 'string' ? message : message(value));

/** Problems of a property string without the words that the verification puts before them. @param parameter who has that format */
const propertyString = (format: PropertyFormatName, parameter: string = format): Check =>
  (value) => checkPropertyString(format, value, parameter)?.replace(/^invalid format - /, '').trimEnd();

const isServer = (value: string): boolean => isIP(value) !== 0 || checkScalarFormat('dns-name', value) === undefined;

function isPortal(value: string): boolean {
  const [, host = '', port = ''] = /^(\[[0-9a-fA-F:]+\]|[^:[\]]+)(?::(\d+))?$/.exec(value) ?? [];
  return host !== '' && isServer(host.replace(/^\[|\]$/g, '')) && (port === '' || Number(port) <= 65_535);
}

const CONTENT = ['images', 'rootdir', 'vztmpl', 'iso', 'backup', 'snippets', 'none', 'import'];
const contentType: Check = (value) => (CONTENT.includes(value) ? undefined : `invalid content type '${value}'`);

/** Formats that storages and backups bring with them (PVE::Storage::Plugin, PVE::VZDump::Common). */
export const STORAGE_FORMATS: Readonly<Record<string, Check>> = {
  'pve-storage-path': matching(/^\/[^;()]+/, 'value does not look like a valid absolute path'),
  'pve-storage-server': (value) => (isServer(value) ? undefined : 'value does not look like a valid server name or IP address'),
  'pve-storage-vgname': matching(/^[a-z0-9][a-z0-9\-_.]*[a-z0-9]$/i, (value) => `lvm name '${value}' contains illegal characters`),
  'pve-storage-portal-dns': (value) => (isPortal(value) ? undefined : 'value does not look like a valid portal address'),
  'pve-storage-content': contentType,
  'pve-storage-options': matching(/^\S+$/, (value) => `invalid options '${value}'`),
  'pve-dir-override': (value) => {
    const [, type = '', path = ''] = /^([a-z]+)=([^.]*(?:\.?[^.]+)+)$/.exec(value) ?? [];
    return type !== '' && contentType(type) === undefined && path.length < 1023 ? undefined : 'override must be in the form \'<vtype>=</path>\'';
  },
  'prune-backups': propertyString('prune-backups'),
  bwlimit: propertyString('bwlimit'),
  'backup-fleecing': propertyString('backup-fleecing', 'fleecing'),
  'backup-performance': propertyString('backup-performance', 'performance'),
  'email-or-username': matching(/^(?:[^@\s]+@[^@\s]+|\S+)$/, 'value does not look like a valid email address or user name'),
};
