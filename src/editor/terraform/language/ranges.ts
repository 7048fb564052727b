import * as vscode from 'vscode';
import type { HclRange } from '../../../terraform/index.ts';
import type { StandingDocument } from '../../text/index.ts';
import type { OpenedFile } from './open-folders.ts';

export function toRange({ start, end }: HclRange): vscode.Range {
  return new vscode.Range(start.line, start.character, end.line, end.character);
}

/** The address of one of the files that were opened with a document. */
export function uriIn(opened: OpenedFile, document: StandingDocument, file: string): vscode.Uri {
  return file === opened.file ? document.uri : vscode.Uri.file(file);
}
