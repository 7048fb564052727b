/** A network interface as the system itself lists it. */
export interface Interface {
  readonly name: string;
  readonly mac: string;
  /** With prefix length; undefined where nobody outside knows it. */
  readonly address: string | undefined;
}

/** A guest's interfaces as its configuration tells of them: no agent needed, but addresses given by DHCP stay unknown. */
export function configuredInterfaces(options: ReadonlyMap<string, string>): readonly Interface[] {
  return [...options].filter(([option]) => /^net\d+$/.test(option)).map(([option, value]) => {
    const property = (name: string): string | undefined => new RegExp(`(?:^|,)${name}=([^,]+)`).exec(value)?.[1];
    const address = property('ip');
    return {
      name: property('name') ?? `ens${18 + Number(option.slice('net'.length))}`,
      mac: (property('hwaddr') ?? /(?:[0-9A-F]{2}:){5}[0-9A-F]{2}/i.exec(value)?.[0] ?? '00:00:00:00:00:00').toLowerCase(),
      address: address?.includes('/') ? address : undefined,
    };
  });
}
