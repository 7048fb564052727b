import { PveError } from '../errors.ts';
import type { Incoming } from './exchange.ts';
import { serverError } from './server-error.ts';

/**
 * The `data` member of an answer.
 * @throws PveError for every status but 2xx, and of kind `not-proxmox` when the answer is not what Proxmox VE sends.
 */
export function readAnswer(incoming: Incoming): unknown {
  const { status, body } = incoming;
  const parsed = parseObject(body);
  if (status >= 200 && status < 300) {
    if (parsed === undefined || !('data' in parsed)) throw notProxmox(incoming);
    return parsed['data'];
  }
  if (parsed === undefined && !mayBePlainError(incoming)) throw notProxmox(incoming);
  throw serverError(incoming, parsed);
}

function parseObject(body: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** A proxy in front of the node, which shows a page of its own when it gets no answer from it in time. */
const GATEWAY: ReadonlySet<number> = new Set([502, 503, 504]);

/**
 * pveproxy's own errors (401, 501, 595, …) have a reason phrase and no JSON; pages that other servers show with their errors
 * are HTML, and their 404 has no JSON while Proxmox's has.
 */
function mayBePlainError({ status, headers, body }: Incoming): boolean {
  if (GATEWAY.has(status) || String(headers['server'] ?? '').startsWith('pve-api-daemon')) return true;
  return status >= 400 && status !== 404 && status !== 405 && !isHtml(headers, body);
}

function isHtml(headers: Incoming['headers'], body: string): boolean {
  return String(headers['content-type'] ?? '').includes('html') || /^\s*<(!doctype|html|head|body)\b/i.test(body.slice(0, 200));
}

function notProxmox({ endpoint, request, status, reason, headers, body }: Incoming): PveError {
  const what =
    status >= 300 && status < 400 ? `a redirection (${status})`
    : isHtml(headers, body) ? `a web page (${status})`
    : body.trim() === '' ? `nothing (${status})`
    : `something that is not Proxmox VE's JSON (${status})`;
  return new PveError({
    kind: 'not-proxmox',
    message: `${endpoint} answered ${request} with ${what}, so it is not a Proxmox VE API.`,
    advice: 'Check host and port: the API listens on 8006. If a proxy stands in between, it must pass /api2/json through unchanged.',
    status,
    reason,
    request,
    endpoint,
  });
}
