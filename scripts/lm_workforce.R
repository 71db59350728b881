# Mean pay and pupils to a teacher on free meals and results, by R's lm: figures to test against.
#
# Run as: Rscript scripts/lm_workforce.R DATA > tests/oracle/lm_workforce.csv
# DATA is the folder of published tables. Mainstream schools of 2012/13 and of the final table of
# 2017/18, joined by URN alone; weighted by full-time equivalent teachers. Slopes are for ten points
# more. The variance is the sandwich with authorities as clusters, put together here from the
# model matrix and the residuals, with the factor G/(G-1) * (N-1)/(N-K); regions are those of the
# Department's list of 2015/16 without their parts, as columns of their own.
folder <- commandArgs(trailingOnly = TRUE)[1]
read <- function(year, file, ...) {
  path <- file.path(folder, "dfe", year, file)
  rows <- unique(read.csv(path, colClasses = "character", check.names = FALSE, ...))
  names(rows) <- toupper(sub("^\ufeff", "", names(rows)))
  rows
}
number <- function(text) suppressWarnings(as.numeric(gsub("[%\u00a3,]", "", text)))
lists <- read("2015-2016", "la_and_region_codes_meta.csv", fileEncoding = "UTF-8-BOM")
place <- sub(" [A-Z]$", "", trimws(lists[["REGION NAME"]]))
place[grepl("Yorkshire", place)] <- "Yorkshire"
place[grepl("^London", place)] <- "London"

fit <- function(year, table, result, staff, pay, ratio, teachers, encoding) {
  ks4 <- read(year, table, fileEncoding = encoding)
  ks4 <- ks4[ks4$RECTYPE == "1", ]
  swf <- read(year, "england_swf.csv", fileEncoding = staff)
  census <- read(year, "england_census.csv", fileEncoding = staff)
  swf <- swf[match(ks4$URN, swf$URN), ]
  census <- census[match(ks4$URN, census$URN), ]
  rows <- data.frame(
    authority = ks4$LEA, region = place[match(ks4$LEA, trimws(lists$LEA))],
    meals = number(census$PNUMFSMEVER) / 10, result = number(ks4[[result]]) / 10,
    weight = number(swf[[teachers]]), salary = number(swf[[pay]]), ratio = number(swf[[ratio]])
  )
  for (outcome in c("salary", "ratio")) {
    for (within in c("england", "region")) {
      used <- rows[complete.cases(rows[c(outcome, "meals", "result", "weight", "region")]), ]
      used <- used[used$weight > 0, ]
      level <- if (within == "region") " + region" else ""
      model <- lm(as.formula(paste0(outcome, " ~ meals + result", level)), used, weights = weight)
      x <- model.matrix(model)
      scores <- rowsum(x * (used$weight * residuals(model)), used$authority)
      bread <- solve(crossprod(x, x * used$weight))
      g <- nrow(scores)
      factor <- g / (g - 1) * (nrow(x) - 1) / (nrow(x) - ncol(x))
      error <- sqrt(diag(factor * bread %*% crossprod(scores) %*% bread))
      reach <- qt(0.975, g - 1)
      for (term in c("meals", "result")) {
        b <- coef(model)[[term]]
        cat(sprintf(
          "%s,%s,%s,%s,%d,%d,%.8f,%.8f,%.8f\n", substr(year, 6, 9), outcome, within, term,
          nrow(x), g, b, error[[term]], reach * error[[term]]
        ))
      }
    }
  }
}

cat("year,outcome,within,term,schools,authorities,slope,standard_error,reach\n")
fit(
  "2012-2013", "england_ks4.csv", "PTAC5EM", "latin1", "SALARY", "RATPUPTEA", "NFTETEA", "latin1"
)
fit(
  "2017-2018", "england_ks4final.csv", "ATT8SCR", "UTF-8-BOM",
  "MEAN GROSS FTE SALARY OF ALL TEACHERS (\u00a3S)", "PUPIL:     TEACHER RATIO",
  "TOTAL NUMBER OF TEACHERS (FULL-TIME EQUIVALENT)", "latin1"
)
