export { HclDocuments } from './hcl-documents.ts';
