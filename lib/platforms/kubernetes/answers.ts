import * as z from 'zod';

const Texts = z.record(z.string(), z.string());

/** Texts that an object may leave out. */
const Annotations = Texts.nullish().transform((texts) => texts ?? {});

const Container = z.looseObject({ name: z.string().optional(), image: z.string().optional() });

const Volume = z.looseObject({
  name: z.string().optional(),
  /** A volume may be filled by an image. */
  image: z.looseObject({ reference: z.string().optional() }).nullish(),
});

/** A pod template, whole: what is not read here is sent back as it came. */
export const Template = z.looseObject({
  metadata: z.looseObject({ labels: Texts.optional(), annotations: Texts.optional() }).default({}),
  spec: z.looseObject({
    containers: z.array(Container),
    initContainers: z.array(Container).optional(),
    volumes: z.array(Volume).nullish(),
  }),
});
export type Template = z.infer<typeof Template>;

/** An instant by the cluster's clock. */
const Instant = z.iso.datetime({ offset: true }).transform((text) => new Date(text));

const Condition = z.object({
  type: z.string(),
  status: z.string(),
  reason: z.string().optional(),
  lastUpdateTime: Instant.nullish(),
});

/** What is read of a Deployment. Numbers that its status leaves out are 0. */
export const Deployment = z.object({
  metadata: z.object({
    uid: z.string().min(1),
    generation: z.number(),
    resourceVersion: z.string().min(1),
    annotations: Annotations,
  }),
  spec: z.object({
    replicas: z.number(),
    paused: z.boolean().default(false),
    selector: z.object({ matchLabels: Annotations }),
    template: Template,
  }),
  status: z
    .object({
      observedGeneration: z.number().default(0),
      replicas: z.number().default(0),
      updatedReplicas: z.number().default(0),
      availableReplicas: z.number().default(0),
      conditions: z.array(Condition).default([]),
    })
    .prefault({}),
});
export type Deployment = z.infer<typeof Deployment>;

/** What is read of a ReplicaSet: one version of a Deployment's template. */
export const ReplicaSet = z.object({
  metadata: z.object({
    name: z.string().min(1),
    creationTimestamp: Instant.nullish(),
    annotations: Annotations,
    ownerReferences: z.array(z.object({ uid: z.string() })).default([]),
  }),
  spec: z.object({ template: Template }),
});
export type ReplicaSet = z.infer<typeof ReplicaSet>;

export const ReplicaSets = z.object({ items: z.array(ReplicaSet) });

/** What is read of a HorizontalPodAutoscaler. */
export const Autoscaler = z.object({
  metadata: z.object({ name: z.string().min(1) }),
  spec: z.object({
    scaleTargetRef: z.object({ kind: z.string(), name: z.string() }),
    minReplicas: z.number().default(1),
    maxReplicas: z.number(),
  }),
});
export type Autoscaler = z.infer<typeof Autoscaler>;

export const Autoscalers = z.object({ items: z.array(Autoscaler) });
