import * as vscode from 'vscode';
import { DisposableStore } from '../../../base/index.ts';
import { importReportViewType } from '../../ids.ts';
import { pageHtml } from '../../review/index.ts';
import { visible } from '../../text/index.ts';
import { ImportReportModel, type ReportOptions } from './import-report.ts';
import type { FromPage } from './messages.ts';
import type { ImportOutcome } from './outcome.ts';

/** Opens the report in a tab of its own. */
export function openReportPanel(outcome: ImportOutcome, extensionUri: vscode.Uri, options: Omit<ReportOptions, 'post'>): ImportReportModel {
  const root = vscode.Uri.joinPath(extensionUri, 'webview');
  const title = `Import: ${visible(vscode.workspace.asRelativePath(outcome.folder, false), 40)}`;
  const panel = vscode.window.createWebviewPanel(importReportViewType, title, vscode.ViewColumn.Active, { enableScripts: true, localResourceRoots: [root], enableFindWidget: true });
  panel.iconPath = vscode.Uri.joinPath(extensionUri, 'media/icon.svg');
  const { webview } = panel;
  let closed = false;
  const model = new ImportReportModel(outcome, { ...options, post: (message) => void (closed || webview.postMessage(message)) });
  const store = new DisposableStore();
  store.add(webview.onDidReceiveMessage((message: FromPage) => {
    model.receive(message).catch((error: unknown) => options.tell(error instanceof Error ? error.message : String(error)));
  }));
  panel.onDidDispose(() => {
    closed = true;
    store.dispose();
  });
  webview.html = pageHtml({
    title: 'Import into Terraform',
    cspSource: webview.cspSource,
    script: webview.asWebviewUri(vscode.Uri.joinPath(root, 'import-report.js')).toString(),
    style: webview.asWebviewUri(vscode.Uri.joinPath(root, 'import-report.css')).toString(),
  });
  return model;
}
