-- a comment; with a semicolon and a 'quote
/* another; one
   over lines with "quotes' ; */
CREATE /* in; between */ TABLE t ( -- the; table
  a TEXT, /* ; */ b INTEGER -- last; column
); -- after
/**/
;
;;
INSERT INTO t VALUES ('a', 1) /* ; */ ; INSERT INTO t VALUES ('b', 2 - -1);
INSERT INTO t VALUES ('c', 4/2), ('d', 3*/* x */2);
/* * / not yet ** */
INSERT INTO t SELECT 'e', 5 -- the end
