# A small poll, raked and estimated by R's survey package: shares, their standard errors, differences.
#
# Run as: python tests/oracle/small_poll.py FOLDER
#         Rscript scripts/survey_poll.R FOLDER > tests/oracle/survey_poll.csv
# FOLDER holds the poll that the first command writes: responses.csv and margins.csv.
suppressPackageStartupMessages(library(survey))

folder <- commandArgs(trailingOnly = TRUE)[1]
people <- read.csv(file.path(folder, "responses.csv"))
margins <- read.csv(file.path(folder, "margins.csv"))
people$place <- paste(people$phase, people$region, sep = " x ")
people$base <- sum(margins$total[margins$margin == "sex"]) / nrow(people)
known <- function(margin, column) {
  rows <- margins[margins$margin == margin, ]
  frame <- data.frame(rows$category, rows$total)
  setNames(frame, c(column, "Freq"))
}
raked <- rake(
  svydesign(~1, weights = ~base, data = people),
  list(~place, ~sex, ~age),
  list(known("phase x region", "place"), known("sex", "sex"), known("age", "age")),
  control = list(maxit = 1000, epsilon = 1e-6, verbose = FALSE)
)
say <- function(question, part, value, error) {
  cat(sprintf("%s,%s,%.9f,%.9f\n", question, part, value, error), sep = "")
}

cat("question,part,value,standard_error\n")
for (question in c("yes", "often")) {
  asked <- as.formula(paste0("~", question))
  all <- svymean(asked, raked)
  say(question, "all", coef(all), SE(all))
  for (by in c("phase", "region")) {
    parts <- svyby(asked, as.formula(paste0("~", by)), raked, svymean)
    say(question, parts[[by]], coef(parts), SE(parts))
    # A part against the rest: the slope of a regression on belonging to it.
    for (name in parts[[by]]) {
      own <- update(raked, part = as.numeric(get(by) == name))
      slope <- svyglm(as.formula(paste(question, "~ part")), own)
      say(question, paste(name, "less the rest"), coef(slope)["part"], SE(slope)["part"])
    }
  }
}
weight <- weights(raked) / mean(weights(raked))
say("weight", "least", min(weight), 0)
say("weight", "most", max(weight), 0)
