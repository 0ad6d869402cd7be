import type { Action } from './action.js';

const ROLLBACK_OF = {
  deployment: 'the deployment',
  config: 'the configuration',
  previous_state: 'the state',
} as const;

/** Say what an action does to a component, as an infinitive: `scale shop to 3 instances`. */
export function actionText(action: Action, component: string): string {
  switch (action.name) {
    case 'restart':
      return `restart ${copy(action.instance, component)}`;
    case 'rollback':
      return `roll back ${ROLLBACK_OF[action.rollback_type]} of ${component}${version(action.to)}`;
    case 'scale':
      return `scale ${component} to ${action.to} instances`;
    case 'clean_memory':
      return `clean up the memory of ${copy(action.instance, component)}`;
    case 'reset_database':
      return `reset the database connections of ${copy(action.instance, component)}`;
    case 'fail_over':
      return `fail ${component} over to ${action.to}`;
  }
}

function copy(instance: string | undefined, component: string): string {
  return instance === undefined ? component : `instance ${instance} of ${component}`;
}

function version(to: string | undefined): string {
  return to === undefined ? '' : ` to ${to}`;
}
