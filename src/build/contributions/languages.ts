import { configLanguage, openTofuLanguages, terraformLanguages } from '../../editor/ids.ts';
import { terraformGrammars, terraformLanguageContributions } from './terraform-language.ts';

/** https://code.visualstudio.com/api/references/contribution-points#contributes.languages */
export const languages = [
  {
    id: configLanguage,
    aliases: ['Proxmox Configuration'],
    // Ours, and copies of /etc/pve; only files that are named after a VMID.
    filenamePatterns: [
      '**/{qemu,qemu-server,lxc}/[1-9][0-9][0-9]*.conf',
      '**/{qemu,lxc}/[1-9][0-9][0-9]*/running.conf',
      '**/{qemu,lxc}/[1-9][0-9][0-9]*/{snapshots,conflict}/*.conf',
    ],
    configuration: './media/language/proxmox-conf.language-configuration.json',
  },
  ...terraformLanguageContributions,
];

/** Saving changes a guest: it is done by hand only, whatever is set for other files (in a browser VS Code saves by itself). */
/** What the cluster has stands in strings, where VS Code by itself offers nothing as a person types. */
const offersInStrings = { 'editor.quickSuggestions': { strings: 'on' } };

export const configurationDefaults = {
  [`[${configLanguage}]`]: { 'files.autoSave': 'off' },
  ...Object.fromEntries([terraformLanguages, openTofuLanguages].flatMap(({ code, values }) => [code, values]).map((language) => [`[${language}]`, offersInStrings])),
};

export const grammars = [{ language: configLanguage, scopeName: 'source.proxmox-conf', path: './media/language/proxmox-conf.tmLanguage.json' }, ...terraformGrammars];
