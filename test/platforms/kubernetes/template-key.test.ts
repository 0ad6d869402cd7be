import { describe, expect, it } from 'vitest';
import { Template } from '../../../lib/platforms/kubernetes/answers.js';
import { ownTemplate, templateKey } from '../../../lib/platforms/kubernetes/template-key.js';

const template = (metadata: object, spec: object = { containers: [{ name: 'a', image: 'b' }] }) =>
  Template.parse({ metadata, spec });
const PLAIN = template({ labels: { app: 'shop', tier: 'web' } });

describe('templateKey', () => {
  it.each([
    ['a restart', { annotations: { 'kubectl.kubernetes.io/restartedAt': 'now' } }],
    [
      'the label of a ReplicaSet',
      { labels: { 'pod-template-hash': 'x', tier: 'web', app: 'shop' } },
    ],
    ['no annotations at all', { annotations: {} }],
  ])('is the same for %s', (_, given) => {
    const other = template({ labels: { tier: 'web', app: 'shop' }, ...given });
    expect(templateKey(other)).toBe(templateKey(PLAIN));
  });

  it.each([
    ['another label', template({ labels: { app: 'shop' } })],
    ['another annotation', template({ ...PLAIN.metadata, annotations: { a: 'b' } })],
    ['another image', template(PLAIN.metadata, { containers: [{ name: 'a', image: 'c' }] })],
    ['what it does not know', template(PLAIN.metadata, { ...PLAIN.spec, hostNetwork: true })],
  ])('is another for %s', (_, other) => {
    expect(templateKey(other)).not.toBe(templateKey(PLAIN));
  });

  it('tells nothing of what it was made of', () => {
    expect(templateKey(PLAIN)).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe('ownTemplate', () => {
  it('leaves out the label of a ReplicaSet, and nothing else', () => {
    const given = {
      metadata: { labels: { app: 'shop', 'pod-template-hash': 'x' }, creationTimestamp: null },
      spec: { containers: [{ name: 'a', resources: {} }], dnsPolicy: 'ClusterFirst' },
    };
    expect(ownTemplate(Template.parse(given))).toEqual({
      ...given,
      metadata: { labels: { app: 'shop' }, creationTimestamp: null },
    });
    const bare = { spec: { containers: [] } };
    expect(ownTemplate(Template.parse(bare))).toEqual({ metadata: {}, ...bare });
  });
});
