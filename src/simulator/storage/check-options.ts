import { parseBoolean, splitList } from '../../pve/config/index.ts';
import { failure } from '../api/errors.ts';
import type { ParameterValue } from '../api/route.ts';
import { isNumeric } from './parameters.ts';
import { type Plugin, PLUGINS } from './plugins.ts';

export function pluginOf(type: string): Plugin {
  const plugin = PLUGINS[type];
  if (plugin === undefined) throw failure(`unknown section type '${type}'`);
  return plugin;
}

const printed = (value: ParameterValue): string => (typeof value === 'boolean' ? (value ? '1' : '0') : String(value));

/**
 * Checks options as PVE::SectionConfig::check_config does for a section of that type and gives them as storage.cfg holds them.
 * @throws ApiError 500 for options that the type does not have, that cannot be changed, or that are missing
 */
export function checkOptions(type: string, id: string, given: ReadonlyMap<string, ParameterValue>, created: boolean): Map<string, string> {
  const plugin = pluginOf(type);
  const values = new Map(given);
  if (created && ['nfs', 'cifs', 'cephfs'].includes(type) && !values.get('path')) values.set('path', `/mnt/pve/${id}`);
  const result = new Map<string, string>();
  for (const [name, value] of values) {
    const option = plugin.options.get(name);
    if (!created && option?.fixed) throw failure(`can't change value of fixed parameter '${name}'`);
    if (option === undefined) throw failure(`unexpected property '${name}'`);
    const text = printed(value);
    if (/[\n\r]/.test(text)) throw failure('property contains a line feed');
    const decoded = decode(plugin, name, text);
    if (decoded !== undefined) result.set(name, decoded);
  }
  if (!created) return result;
  for (const [name, { optional }] of plugin.options) if (!optional && !values.has(name)) throw failure(`missing value for required option '${name}'`);
  checkPath(type, result);
  return result;
}

/** What the storage cannot hold is dropped with a warning in the server's own log. */
function decode(plugin: Plugin, name: string, text: string): string | undefined {
  if (name === 'content') {
    const types = [...new Set(splitList(text))].filter((type) => plugin.content.includes(type));
    if (types.includes('none') && types.length > 1) throw failure("unable to combine 'none' with other content types");
    if (types.length === 0 && !plugin.content.includes('none')) throw failure("storage does not support content type 'none'");
    return types.join(',') || 'none';
  }
  if (name === 'content-dirs') return splitList(text).filter((entry) => plugin.content.includes(entry.split('=')[0] ?? '')).join(',');
  if (name === 'format') return plugin.formats.supported.includes(text) ? text : undefined;
  if (name === 'nodes') return splitList(text).join(',');
  return text;
}

function checkPath(type: string, options: Map<string, string>): void {
  const path = options.get('path');
  if ((type !== 'dir' && type !== 'btrfs') || path === undefined) return;
  if (!/^\/[-/a-zA-Z0-9_.@]+$/.test(path)) throw failure(`illegal path for directory storage: ${path}`);
  options.set('path', path.replace(/\/+/g, '/').replace(/(?:\/\.)+(?=\/|$)/g, '').replace(/(.)\/$/, '$1') || '/');
}

/** A storage.cfg value as the API gives it out: flags and numbers as numbers. */
export function typed(name: string, value: string): string | number {
  if (!isNumeric(name)) return value;
  if (value === '') return 1;
  const flag = parseBoolean(value);
  return flag === undefined || /^\d+$/.test(value) ? Number(value) : Number(flag);
}
