import { ApiError } from '../api/errors.ts';
import type { RawParameters } from '../api/verify.ts';

type Values = Record<string, string | string[]>;

function add(values: Values, name: string, value: string): void {
  const before = values[name];
  if (before === undefined) values[name] = value;
  else if (typeof before === 'string') values[name] = [before, value];
  else before.push(value);
}

/** As PVE::APIServer::AnyEvent does it (decode_urlencoded): what follows a second `=` is lost, which a client that does not escape it should find out. */
function decodeForm(text: string): Values {
  const values: Values = Object.create(null) as Values;
  for (const pair of text.split(/[&;]/)) {
    if (pair === '') continue;
    const [name = '', value = ''] = pair.split('=');
    // One pair at a time, so that the rest of the decoding is that of every form.
    for (const [decoded, its] of new URLSearchParams(`${name}=${value}`)) add(values, decoded, its);
  }
  return values;
}

function scalar(value: unknown): string {
  if (typeof value === 'boolean') return value ? '1' : '0';
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  throw new ApiError(400, 'malformed JSON parameters: only texts, numbers, booleans and lists of them are parameters');
}

function decodeJson(text: string): Values {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch (error) {
    throw new ApiError(500, `malformed JSON string: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw new ApiError(500, 'malformed JSON string: parameters are an object');
  const values: Values = Object.create(null) as Values;
  for (const [name, value] of Object.entries(body)) {
    if (value === null) continue;
    values[name] = Array.isArray(value) ? value.map(scalar) : scalar(value);
  }
  return values;
}

/**
 * The parameters of a request: the body's (form or JSON, for PUT and POST), then the query's, which win; a name given several times
 * is a list. `_dc` only keeps browsers from caching.
 * @throws ApiError for malformed JSON
 */
export function readParameters(method: string, query: string, contentType: string | undefined, body: string): RawParameters {
  const values: Values = Object.create(null) as Values;
  if (method === 'PUT' || method === 'POST') {
    const json = contentType?.split(';')[0]?.trim() === 'application/json';
    Object.assign(values, body === '' ? {} : json ? decodeJson(body) : decodeForm(body));
  }
  Object.assign(values, decodeForm(query));
  delete values['_dc'];
  return values;
}
