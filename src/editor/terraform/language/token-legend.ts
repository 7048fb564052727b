import * as vscode from 'vscode';
import type { TokenModifier, TokenType } from '../../../terraform/language/index.ts';

/** The numbers that words' kinds have on their way to VS Code; known before the room is loaded. */
export const tokenTypes: readonly TokenType[] = ['keyword', 'type', 'class', 'variable', 'parameter', 'property', 'namespace', 'function'];
export const tokenModifiers: readonly TokenModifier[] = ['declaration', 'readonly', 'defaultLibrary'];

export const tokenLegend = new vscode.SemanticTokensLegend([...tokenTypes], [...tokenModifiers]);
