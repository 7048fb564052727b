/**
 * Terraform's functions and what each takes (Terraform 1.11; https://developer.hashicorp.com/terraform/language/functions).
 */
export const FUNCTIONS: Readonly<Record<string, string>> = {
  abs: 'number', abspath: 'path', alltrue: 'list', anytrue: 'list', base64decode: 'text', base64encode: 'text', base64gzip: 'text',
  base64sha256: 'text', base64sha512: 'text', basename: 'path', bcrypt: 'text, cost', can: 'expression', ceil: 'number', chomp: 'text',
  chunklist: 'list, size', cidrhost: 'prefix, number', cidrnetmask: 'prefix', cidrsubnet: 'prefix, bits, number', cidrsubnets: 'prefix, bits…',
  coalesce: 'values…', coalescelist: 'lists…', compact: 'list', concat: 'lists…', contains: 'list, value', csvdecode: 'text', dirname: 'path',
  distinct: 'list', element: 'list, index', endswith: 'text, suffix', file: 'path', filebase64: 'path', filebase64sha256: 'path',
  filebase64sha512: 'path', fileexists: 'path', filemd5: 'path', fileset: 'path, pattern', filesha1: 'path', filesha256: 'path',
  filesha512: 'path', flatten: 'list', floor: 'number', format: 'format, values…', formatdate: 'format, time', formatlist: 'format, lists…',
  indent: 'spaces, text', index: 'list, value', issensitive: 'value', join: 'separator, list', jsondecode: 'text', jsonencode: 'value', keys: 'map',
  length: 'value', log: 'number, base', lookup: 'map, key, default', lower: 'text', matchkeys: 'values, keys, search', max: 'numbers…',
  md5: 'text', merge: 'maps…', min: 'numbers…', nonsensitive: 'value', one: 'list', parseint: 'text, base', pathexpand: 'path',
  plantimestamp: '', pow: 'number, power', range: 'start, limit, step', regex: 'pattern, text', regexall: 'pattern, text',
  replace: 'text, search, replacement', reverse: 'list', rsadecrypt: 'text, key', sensitive: 'value', setintersection: 'sets…',
  setproduct: 'sets…', setsubtract: 'a, b', setunion: 'sets…', sha1: 'text', sha256: 'text', sha512: 'text', signum: 'number',
  slice: 'list, start, end', sort: 'list', split: 'separator, text', startswith: 'text, prefix', strcontains: 'text, part', strrev: 'text',
  substr: 'text, offset, length', sum: 'list', templatefile: 'path, variables', templatestring: 'template, variables', textdecodebase64: 'text, encoding',
  textencodebase64: 'text, encoding', timeadd: 'time, duration', timecmp: 'a, b', timestamp: '', title: 'text', tobool: 'value', tolist: 'value',
  tomap: 'value', tonumber: 'value', toset: 'value', tostring: 'value', transpose: 'map', trim: 'text, characters', trimprefix: 'text, prefix',
  trimspace: 'text', trimsuffix: 'text, suffix', try: 'expressions…', upper: 'text', urlencode: 'text', uuid: '', uuidv5: 'namespace, name',
  values: 'map', yamldecode: 'text', yamlencode: 'value', zipmap: 'keys, values',
};
