export { HistoryDocuments } from './history-documents.ts';
