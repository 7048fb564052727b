import type { Device } from './devices.ts';

/** id, name, flags, normalized, threshold */
type Attribute = readonly [id: number, name: string, flags: string, normalized: number, threshold: number];

const COMMON: readonly Attribute[] = [
  [5, 'Reallocated_Sector_Ct', 'PO--CK', 100, 10],
  [9, 'Power_On_Hours', '-O--CK', 98, 0],
  [12, 'Power_Cycle_Count', '-O--CK', 99, 0],
];
const SSD: readonly Attribute[] = [...COMMON, [177, 'Wear_Leveling_Count', 'PO--C-', 99, 5], [190, 'Airflow_Temperature_Cel', '-O--CK', 68, 0], [241, 'Total_LBAs_Written', '-O--CK', 99, 0]];
const HDD: readonly Attribute[] = [[1, 'Raw_Read_Error_Rate', 'POSR--', 100, 1], ...COMMON, [194, 'Temperature_Celsius', '-O---K', 31, 0], [197, 'Current_Pending_Sector', '-O--CK', 100, 0], [199, 'UDMA_CRC_Error_Count', '-OSRCK', 200, 0]];

/** Numbers that stay with the disk: from its serial number. */
const seedOf = (disk: Device): number => [...String(disk['serial'])].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 9973, 7);

function raw(name: string, seed: number, hours: number): number {
  if (name === 'Power_On_Hours') return hours;
  if (name === 'Power_Cycle_Count') return 20 + (seed % 30);
  if (name === 'Wear_Leveling_Count') return 10 + (seed % 40);
  if (/Temperature/.test(name)) return 28 + (seed % 6);
  return name === 'Total_LBAs_Written' ? hours * 1_850_000 : 0;
}

/**
 * What `smartctl -H -A` says of a disk: ATA disks have attributes, NVMe disks a text.
 * @param now milliseconds since the epoch
 */
export function smartData(disk: Device, now: number): Record<string, unknown> {
  const { health, type, wearout } = disk;
  const seed = seedOf(disk);
  // In service since some day in 2025.
  const hours = Math.max(1, Math.floor(now / 3_600_000 - 482_000 - seed / 4));
  if (type === 'nvme') {
    const worn = typeof wearout === 'number' ? 100 - wearout : 0;
    const values: readonly (readonly [string, string])[] = [
      ['Critical Warning:', '0x00'], ['Temperature:', `${32 + (seed % 8)} Celsius`], ['Available Spare:', '100%'], ['Available Spare Threshold:', '10%'], ['Percentage Used:', `${worn}%`],
      ['Power Cycles:', String(20 + (seed % 30))], ['Power On Hours:', hours.toLocaleString('en-US')], ['Unsafe Shutdowns:', String(seed % 9)], ['Media and Data Integrity Errors:', '0'],
    ];
    return { health, type: 'text', text: `\nSMART/Health Information (NVMe Log 0x02)\n${values.map(([name, value]) => `${name.padEnd(36)}${value}\n`).join('')}\n`, wearout: 100 - worn };
  }
  return {
    health,
    type: 'ata',
    attributes: (type === 'hdd' ? HDD : SSD).map(([id, name, flags, normalized, threshold]) => ({
      id: String(id).padStart(3), name, flags, value: normalized, normalized, worst: normalized, threshold, fail: '-', raw: String(raw(name, seed, hours)),
    })),
  };
}
