export { bodySchema, childSchema, type KnownBody, topSchema } from './schema-at.ts';
