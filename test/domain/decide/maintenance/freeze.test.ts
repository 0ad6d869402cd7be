import { describe, expect, it } from 'vitest';
import { maintenanceFreeze } from '../../../../lib/domain/decide/maintenance/freeze.js';

const nightly = {
  name: 'nightly',
  zone: 'Europe/Berlin',
  rule: {
    type: 'weekly' as const,
    days: ['sat' as const, 'sun' as const],
    start: '02:30',
    duration_min: 60,
  },
  why: 'backups run',
};

describe('maintenanceFreeze', () => {
  it('says which window it is, and until when, in its zone and in UTC', () => {
    expect(maintenanceFreeze(nightly, new Date('2026-03-29T01:10:00Z'))).toEqual({
      why: 'maintenance window nightly, until 2026-03-29 04:00 in Europe/Berlin (2026-03-29 02:00 UTC): backups run',
      until: new Date('2026-03-29T02:00:00Z'),
    });
  });

  it('is null while the window is closed', () => {
    expect(maintenanceFreeze(nightly, new Date('2026-03-29T12:00:00Z'))).toBeNull();
  });

  it('has no end where the window has none', () => {
    const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
    const rule = { ...nightly.rule, days: [...days], duration_min: 1440 };
    const freeze = maintenanceFreeze({ ...nightly, rule }, new Date('2026-06-01T12:00:00Z'));
    expect(freeze).toEqual({
      why: 'maintenance window nightly, which never closes: backups run',
      until: null,
    });
  });

  it.each([
    ['its zone is unknown', { ...nightly, zone: 'Atlantis/Old_Town' }, 'Atlantis/Old_Town'],
    ['its rule cannot be read', { ...nightly, rule: null }, 'its rule cannot be read'],
  ])('counts as open when %s', (_, window, says) => {
    const freeze = maintenanceFreeze(window, new Date('2026-06-01T12:00:00Z'));
    expect(freeze?.until).toBeNull();
    expect(freeze?.why).toContain('counts as open');
    expect(freeze?.why).toContain(says);
  });

  it('counts as open at an instant that is none', () => {
    expect(maintenanceFreeze(nightly, new Date(Number.NaN))?.until).toBeNull();
  });
});
