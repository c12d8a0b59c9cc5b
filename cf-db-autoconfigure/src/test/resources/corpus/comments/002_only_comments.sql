-- nothing but; comments
/* and
more; */
   
-- no line end