# The binomial multilevel model of 2013/14 with schools within authorities, fitted by R's lme4.
#
# Run as: Rscript scripts/lme4_areas.R DATA > tests/oracle/lme4_areas_2014.csv
# DATA is the folder of published tables. Schools as in lme4_binomial.R; an authority is the LEA
# number of the table. Two random intercepts, by Laplace's approximation (nAGQ = 1).
suppressPackageStartupMessages(library(lme4))

folder <- commandArgs(trailingOnly = TRUE)[1]
path <- file.path(folder, "dfe", "2013-2014", "england_ks4.csv")
rows <- unique(read.csv(path, colClasses = "character", fileEncoding = "cp1252"))
rows <- rows[rows$RECTYPE == "1", ]
number <- function(name) suppressWarnings(as.numeric(rows[[name]]))
k <- number("TAC5EMFSM_PTQ")
n <- number("TFSMCLA")
share <- n / number("TPUP")
ks2 <- number("KS2APS")
standardised <- function(v) (v - mean(v)) / sqrt(mean((v - mean(v))^2))

say <- function(model, fit, schools) {
  b <- fixef(fit)
  error <- sqrt(diag(as.matrix(vcov(fit))))
  name <- sub("\\(Intercept\\)", "intercept", names(b))
  cat(sprintf("%s,schools,%d,\n", model, schools), sep = "")
  cat(sprintf("%s,tau,%.6f,\n", model, attr(VarCorr(fit)$school, "stddev")), sep = "")
  cat(sprintf("%s,omega,%.6f,\n", model, attr(VarCorr(fit)$area, "stddev")), sep = "")
  cat(sprintf("%s,%s,%.6f,%.6f\n", model, name, b, error), sep = "")
}

cat("model,term,value,standard_error\n")
has <- !is.na(k) & !is.na(n) & n > 0
plain <- data.frame(k = k, n = n, school = factor(seq_along(k)), area = factor(rows$LEA))[has, ]
two <- cbind(k, n - k) ~ 1 + (1 | school) + (1 | area)
say("null", glmer(two, plain, binomial, nAGQ = 1), nrow(plain))

has <- has & !is.na(share) & !is.na(ks2)
full <- data.frame(
  k = k[has], n = n[has], school = factor(seq_along(k)[has]), area = factor(rows$LEA[has]),
  share = standardised(share[has]), ks2 = standardised(ks2[has])
)
say("covariates", glmer(update(two, . ~ share + ks2 + .), full, binomial, nAGQ = 1), nrow(full))
