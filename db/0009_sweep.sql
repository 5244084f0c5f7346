-- What the sweep needs: the number of a photo's attempts, by which the id of a job is made anew.
grant select on photo_events to photolambda_worker;
