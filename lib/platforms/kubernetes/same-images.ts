import type { Template } from './answers.js';

/** Whether two templates run the same images, so that nothing but settings differs. */
export function sameImages(one: Template, other: Template): boolean {
  return imagesOf(one) === imagesOf(other);
}

function imagesOf({ spec: { containers, initContainers = [], volumes } }: Template): string {
  const mounted = (volumes ?? []).flatMap(({ name, image }) =>
    image?.reference === undefined ? [] : [{ name, image: image.reference }],
  );
  const lists = [containers, initContainers, mounted].map((list) =>
    list.map(({ name = '', image = '' }) => [name, image].join(' ')).toSorted(),
  );
  return JSON.stringify(lists);
}
