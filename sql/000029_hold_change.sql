-- Ends a transaction whose change did not take effect, so that nothing is told of it.
-- Used by lib/store/incident-answers.ts.
create function hold_change(took_effect boolean) returns void
language plpgsql
as $$
begin
  if took_effect is not true then
    raise exception 'the change did not take effect' using errcode = 'FS001';
  end if;
end
$$;
