import type * as vscode from 'vscode';

/** What language features need of a document. */
export interface StandingDocument extends Pick<vscode.TextDocument, 'uri' | 'languageId'> {
  getText(): string;
}

/**
 * A document whose text stays what it is at this moment. VS Code's own changes with every key, also while a feature waits for
 * something; what is then said of the position that was asked about would be about another text: a completion, for one, would
 * replace characters too many.
 */
export function asItStands(document: vscode.TextDocument): StandingDocument {
  const text = document.getText();
  return { uri: document.uri, languageId: document.languageId, getText: () => text };
}
